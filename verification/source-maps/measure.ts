/**
 * What source maps cost a deployed consumer: `npx node verification/source-maps/measure.ts` after `npm run build` prints the table of
 * docs/decisions/0020-source-maps.md. Each figure is the median of new processes.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { withoutPackages } from '../../deploy/own-map.ts';
import { table } from '../../deploy/table.ts';

const RUNS = 15;
const built = join(import.meta.dirname, '../../dist/consume');

/** Loads the bundle, then lets it throw twice: an environment in which nothing is set is an error of the consumer. */
const PROGRAM = `
  const start = performance.now();
  const { handler } = await import(process.argv[1]);
  const loaded = performance.now() - start;
  const thrown = async () => { try { await handler({ Records: [] }, {}); } catch (error) { return error; } };
  const timed = (error) => { const at = performance.now(); const { stack } = error; return [performance.now() - at, stack]; };
  const [first, stack] = timed(await thrown());
  const [later] = timed(await thrown());
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(JSON.stringify({ loaded, first, later, heap: heapUsed / 1048576, rss: rss / 1048576, mapped: stack.includes('.ts:') }));
`;
interface Run {
  loaded: number;
  first: number;
  later: number;
  heap: number;
  rss: number;
  mapped: boolean;
}

function measure(folder: string, options: readonly string[]): Run {
  const args = [...options, '--expose-gc', '--input-type=module', '-e', PROGRAM, join(folder, 'index.mjs')];
  const env = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1', POWERTOOLS_LOG_LEVEL: 'SILENT' };
  const runs = Array.from(
    { length: RUNS },
    (): Run => JSON.parse(execFileSync(process.execPath, args, { env }).toString()),
  );
  const median = (field: Exclude<keyof Run, 'mapped'>) =>
    runs.map((run) => run[field]).toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  const [first, later, loaded, heap, rss] = (['first', 'later', 'loaded', 'heap', 'rss'] as const).map(median);
  return { ...(runs[0] as Run), first, later, loaded, heap, rss } as Run;
}

const packed = (folder: string, pattern: string): number =>
  globSync(pattern, { cwd: folder }).reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file))).byteLength,
    0,
  );

const thin = mkdtempSync(join(tmpdir(), 'sluice-maps-'));
cpSync(built, thin, { recursive: true });
for (const file of globSync('*.map', { cwd: thin })) {
  const path = join(thin, file);
  writeFileSync(path, withoutPackages(readFileSync(path, 'utf8')));
}
const enabled = ['--enable-source-maps'];
const ways: [string, string, readonly string[], string][] = [
  ['no maps', built, [], '*.mjs'],
  ['all maps', built, enabled, '*.{mjs,map}'],
  ['maps of our own code', thin, enabled, '*.{mjs,map}'],
];
const rows = ways.map(([name, folder, options, pattern]) => {
  const { loaded, first, later, heap, rss, mapped } = measure(folder, options);
  const maps = globSync('*.map', { cwd: folder }).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const kb = (bytes: number) => `${Math.round(bytes / 1024)}`;
  return [
    name,
    kb(pattern.includes('map') ? maps : 0),
    kb(packed(folder, pattern)),
    loaded.toFixed(0),
    first.toFixed(1),
    later.toFixed(2),
    heap.toFixed(1),
    rss.toFixed(0),
    String(mapped),
  ];
});
console.log(
  table([
    ['', 'maps KB', 'package KB', 'load ms', 'first stack ms', 'next ms', 'heap MB', 'rss MB', 'TypeScript'],
    ...rows,
  ]),
);
rmSync(thin, { recursive: true });
