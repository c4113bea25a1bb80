/**
 * `npm run demo`: boots everything, sends what clients of this catalogue send, lets things go wrong, and
 * checks that every effect is there once.
 */
import { readOptions } from '../../deploy/command-line.ts';
import { eventTypes } from '../../deploy/event-types.ts';
import { readConfig } from '../../lib/core/config.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { checkStart } from '../stack/check-start.ts';
import { LaunchError, type Launched, launch } from '../stack/launch.ts';
import { endWithNpm } from '../terminal/end-with-npm.ts';
import { demonstrate } from './demo/demonstrate.ts';
import { loadExamples } from './demo/examples.ts';
import { nextSteps } from './demo/next-steps.ts';
import { progressOn } from './demo/progress.ts';
import { printed } from './demo/report.ts';
import { endedBy } from './ended-by.ts';

const LAST_LINES = 20;

const { values } = readOptions('npm run demo', {
  options: { json: { type: 'boolean', default: false }, stay: { type: 'boolean', default: false } },
});
endWithNpm();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(signal)));

const progress = progressOn(process.stderr);
const started = Date.now();
const elapsed = () => Math.round((Date.now() - started) / 100) / 10;
let stack: Launched | undefined;
try {
  await run(values.json, values.stay);
} catch (error) {
  progress.end();
  process.exitCode = endedBy(error, interrupted.signal);
} finally {
  await stack?.stop();
}

async function run(json: boolean, stay: boolean): Promise<void> {
  const fault = await checkStart(0, process.env);
  if (fault !== undefined) throw new LaunchError(fault);
  const { REDIS_CLUSTER: cluster } = whatIsThere();
  const examples = await loadExamples(eventTypes());
  progress.show('starting MongoDB, Redis, SQS and the functions …');
  const printedByFunctions: string[] = [];
  stack = await launch({
    engines: process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found',
    keys: true,
    line: (line) => void printedByFunctions.push(line),
    signal: interrupted.signal,
  });
  interrupted.signal.throwIfAborted();
  if (!json) process.stderr.write(`\n${stack.banner}\n`);
  const { signal } = interrupted;
  const { report, words, more } = await demonstrate({
    ...{ stack, examples, cluster, signal, elapsed },
    progress: (text) => progress.show(text),
  });
  progress.end();
  const next = nextSteps(stack, stay);
  console.log(json ? JSON.stringify({ ...report, ...more }, null, 2) : printed(report, { ...words, next }));
  if (!report.ok)
    console.error(['', 'What the functions said last:', ...printedByFunctions.slice(-LAST_LINES)].join('\n'));
  process.exitCode = report.ok ? 0 : 1;
  if (!stay) return;
  if (json) console.error(next.join('\n'));
  await ended(stack);
}

/** Of the servers, as the functions of the stack are told of them. @throws LaunchError for a malformed value */
function whatIsThere() {
  try {
    return readConfig(['MONGODB_DATABASE', 'REDIS_CLUSTER']);
  } catch (cause) {
    throw new LaunchError(messageOf(cause), { cause });
  }
}

/** By Ctrl-C, or by itself. */
async function ended(running: Launched): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  interrupted.signal.addEventListener('abort', () => resolve());
  if (!interrupted.signal.aborted) await Promise.race([promise, running.ended]);
}
