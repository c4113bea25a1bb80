/** `npm run boot`: how long a start takes, to its banner and to the first event with an outcome, on a fresh cache of compiled code and on a warm one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSettled } from '../../client/client.ts';
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { loadEventFolder, NO_EVENT_TYPES } from '../../deploy/event-types.ts';
import { table } from '../../deploy/table.ts';
import { callerOf } from '../stack/caller.ts';
import { type ExampleEvent, soonestOf } from '../stack/example-events.ts';
import { launch } from '../stack/launch.ts';
import { endWithNpm } from '../terminal/end-with-npm.ts';

interface Boot {
  /** Milliseconds from launch(). */
  banner: number;
  settled: number;
}

endWithNpm();
const { values } = readOptions('npm run boot', {
  options: { runs: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
if (!(Number(values.runs) >= 1)) refuse('npm run boot', '--runs must be a number of starts');
const { entries } = await loadEventFolder();
const event = soonestOf(entries);
if (!event) {
  console.error(NO_EVENT_TYPES);
  process.exit(1);
}
const cache = await mkdtemp(join(tmpdir(), 'sluice-boot-'));
process.env.NODE_COMPILE_CACHE = cache;
try {
  const cold: Boot[] = [];
  const warm: Boot[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    await rm(cache, { recursive: true, force: true });
    cold.push(await boot(event));
    warm.push(await boot(event));
  }
  const result = { cold: medians(cold), warm: medians(warm) };
  const row = (name: string, { banner, settled }: Boot) => [name, String(banner), String(settled)];
  const rows = [['ms, median', 'banner', 'first outcome'], row('fresh cache', result.cold), row('warm', result.warm)];
  console.log(values.json ? JSON.stringify({ ...result, runs: { cold, warm } }) : table(rows));
} finally {
  await rm(cache, { recursive: true, force: true });
}

async function boot({ type, example }: ExampleEvent): Promise<Boot> {
  const before = performance.now();
  const elapsed = () => Math.round(performance.now() - before);
  const stack = await launch({ engines: 'embedded' });
  try {
    const banner = elapsed();
    const answer = await callerOf(stack).client().send({ type, data: example }, { wait: 25 });
    if (!isSettled(answer)) throw new Error('the first event had no outcome within 25 s');
    return { banner, settled: elapsed() };
  } finally {
    await stack.stop();
  }
}

function medians(boots: readonly Boot[]): Boot {
  const median = (of: (boot: Boot) => number) => boots.map(of).toSorted((a, b) => a - b)[boots.length >> 1] ?? 0;
  return { banner: median(({ banner }) => banner), settled: median(({ settled }) => settled) };
}
