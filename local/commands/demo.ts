/** `npm run demo [-- --json]`: boots everything, sends what a shop's clients send, and checks what became of every event. */
import { parseArgs } from 'node:util';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { callerOf } from '../stack/caller.ts';
import { checkStart } from '../stack/check-start.ts';
import { LaunchError, type Launched, launch } from '../stack/launch.ts';
import { endWithNpm } from '../terminal/end-with-npm.ts';
import { drive } from './demo/drive.ts';
import { type Effects, type EffectsReader, effectsReader, expectedEffects } from './demo/effects.ts';
import { makeJourneys } from './demo/journeys.ts';
import { progressOn } from './demo/progress.ts';
import { differences, effectDifferences, printed, type Report } from './demo/report.ts';
import { expected, latencies, observed, plannedIn, surprises } from './demo/tally.ts';
import { endedBy } from './ended-by.ts';

const LONGEST_CATCHING_UP_MS = 10_000;

endWithNpm();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(signal)));

const progress = progressOn(process.stderr);
const started = Date.now();
const elapsed = () => Math.round((Date.now() - started) / 100) / 10;
const printedByFunctions: string[] = [];
let stack: Launched | undefined;
try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const fault = await checkStart(0, process.env);
  if (fault !== undefined) throw new LaunchError(fault);
  progress.show('starting MongoDB, Redis, SQS and the functions …');
  const engines = process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found';
  stack = await launch({
    engines,
    line: (line) => void printedByFunctions.push(line),
    signal: interrupted.signal,
  });
  interrupted.signal.throwIfAborted();
  if (!values.json) process.stderr.write(`\n${stack.banner}\n`);
  const report = await demonstrate(stack);
  progress.end();
  console.log(values.json ? JSON.stringify(report, null, 2) : printed(report));
  if (!report.ok) console.error(['', 'What the functions said last:', ...printedByFunctions.slice(-20)].join('\n'));
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  progress.end();
  process.exitCode = endedBy(error, interrupted.signal);
} finally {
  await stack?.stop();
}

async function demonstrate(launched: Launched): Promise<Report> {
  const { mongoUri, redisUrl } = launched;
  const caller = callerOf(launched);
  const { projections } = await loadEventFolder();
  const reader = effectsReader({ caller, mongoUri, redisUrl }, projections, console);
  try {
    const before = await reader.read();
    const journeys = makeJourneys();
    const events = plannedIn(journeys).length;
    const sender = { client: caller.client(), caller, signal: interrupted.signal };
    const run = await drive(journeys, sender, (sent, settled) =>
      progress.show(`${sent} of ${events} events sent, ${settled} settled, ${elapsed()} s`),
    );
    const wantedEffects = expectedEffects(journeys);
    const effects = await caughtUp(reader, before, wantedEffects);
    const [wanted, got] = [expected(journeys), observed(run)];
    const wrong = [...differences(wanted, got, wantedEffects, effects), ...surprises(run)];
    const waits = latencies(run);
    const types = [...got]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, counts]) => {
        const latency = waits.get(type);
        return [type, { ...counts, ...(latency && { latency }) }] as const;
      });
    const topProducts = await reader.topProducts(3);
    return {
      ok: wrong.length === 0,
      seconds: elapsed(),
      events,
      types: Object.fromEntries(types),
      effects,
      topProducts,
      differences: wrong,
    };
  } finally {
    await reader.close();
  }
}

/** Projections follow MongoDB by a moment. */
async function caughtUp(reader: EffectsReader, before: Effects, wanted: Effects): Promise<Effects> {
  const until = Date.now() + LONGEST_CATCHING_UP_MS;
  for (;;) {
    const now = await reader.read();
    const change = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - (before[name] ?? 0)]));
    if (effectDifferences(wanted, change).length === 0 || Date.now() > until) return change;
    await new Promise((resolve) => setTimeout(resolve, 100));
    interrupted.signal.throwIfAborted();
  }
}
