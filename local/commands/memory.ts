/** `npm run memory`: what the local stack keeps idle, and after each of two rounds of events that have expired. */
import { readOptions } from '../../deploy/command-line.ts';
import { loadEventFolder, NO_EVENT_TYPES } from '../../deploy/event-types.ts';
import { table } from '../../deploy/table.ts';
import { checkStart } from '../stack/check-start.ts';
import { manyOf } from '../stack/example-events.ts';
import { LaunchError, type Launched, launch } from '../stack/launch.ts';
import { endWithNpm } from '../terminal/end-with-npm.ts';
import { progressOn } from './demo/progress.ts';
import { endedBy } from './ended-by.ts';
import { type Kept, type Rounds, roundsOn } from './memory/round.ts';
import type { UsedMemory } from './memory/used.ts';

interface Measured extends Kept {
  when: string;
  /** By `main` (mappings, gateway), engine or function; a function with several processes has the sum. */
  processes: Record<string, UsedMemory>;
}

/** What the second round may keep more than the first: compiled code, pools of connections. */
const SLACK_BYTES = 15 * 1024 * 1024;

const { values } = readOptions('npm run memory', {
  options: {
    events: { type: 'string', default: '100000' },
    // Of each event, beyond what it needs.
    bytes: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
endWithNpm();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
const progress = progressOn(process.stderr);
let stack: Launched | undefined;
try {
  const events = Number(values.events);
  const fault = events >= 1 ? await checkStart(0, process.env) : '--events must be a number of events';
  if (fault !== undefined) throw new LaunchError(fault);
  const examples = manyOf((await loadEventFolder()).entries);
  if (examples.length === 0) throw new LaunchError(NO_EVENT_TYPES);
  stack = await launch({ engines: 'embedded', signal: interrupted.signal });
  const measured = await measure(roundsOn(stack, examples), stack, events, Number(values.bytes));
  const bounded = isBounded(measured);
  progress.end();
  console.log(values.json ? JSON.stringify({ events, bounded, measured }, null, 2) : printed(measured, bounded));
  process.exitCode = bounded ? 0 : 1;
} catch (error) {
  progress.end();
  process.exitCode = endedBy(error, interrupted.signal);
} finally {
  await stack?.stop();
}

async function measure(rounds: Rounds, running: Launched, events: number, bytes: number): Promise<Measured[]> {
  const now = async (when: string): Promise<Measured> => ({
    when,
    processes: await running.memory(),
    ...(await rounds.count()),
  });
  try {
    const measured = [await now('idle')];
    for (const round of ['first', 'second']) {
      await rounds.run(events, bytes, (sent, settled) =>
        progress.show(`${round} round: ${sent} of ${events} events sent, ${settled} settled`),
      );
      measured.push(await now(`${round} round, settled`));
      progress.show(`${round} round: all settled, leaving`);
      await rounds.expire();
      measured.push(await now(`${round} round, expired`));
    }
    return measured;
  } finally {
    await rounds.close();
  }
}

/** What is kept when a round has expired does not grow with the rounds. A process that had ended meanwhile, for want of work, kept nothing. */
function isBounded(measured: readonly Measured[]): boolean {
  const [first, second] = measured.filter(({ when }) => when.endsWith('expired'));
  if (!first || !second) return false;
  const grown = Object.entries(second.processes).some(([name, { live }]) => {
    const before = first.processes[name];
    return before !== undefined && live > before.live + SLACK_BYTES;
  });
  return !grown && second.documents <= first.documents && second.keys <= first.keys && second.messages === 0;
}

function printed(measured: readonly Measured[], bounded: boolean): string {
  const names = [...new Set(measured.flatMap(({ processes }) => Object.keys(processes)))];
  const megabytes = (bytes: number) => String(Math.round(bytes / 1024 / 1024));
  const cell = (used: UsedMemory | undefined) => (used ? `${megabytes(used.live)} of ${megabytes(used.rss)}` : '-');
  const rows = measured.map(({ when, processes, documents, keys, messages }) => [
    when,
    ...[documents, keys, messages].map(String),
    ...names.map((name) => cell(processes[name])),
  ]);
  return [
    'MB of live objects, of MB that the process has from the system:',
    table([['', 'documents', 'keys', 'messages', ...names], ...rows]),
    bounded ? 'Bounded: what has expired has left.' : 'NOT BOUNDED: the second round keeps more than the first.',
  ].join('\n');
}
