import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Ended, Experiment, Verdict } from './experiment.ts';

/** One experiment as it ended: both arms, what it ran on, and what was under test. */
export interface Result extends Pick<Experiment, 'name' | 'shows' | 'promises' | 'layer'> {
  /** What the control did otherwise. */
  control: string;
  verdict: Verdict;
  seed: number;
  /** Hash of the sources: a result says nothing of other code. */
  sources: string;
  endedAt: string;
  machine: { node: string; cores: number; platform: string };
  sluice: readonly Ended[];
  controls: readonly Ended[];
}

const root = join(import.meta.dirname, '../..');
const SOURCES = [
  'lib',
  'functions',
  'deploy',
  'local',
  'verification/chaos/harness',
  'verification/chaos/types',
  'package-lock.json',
];

export const machine = (): Result['machine'] => ({
  node: process.version,
  cores: availableParallelism(),
  platform: `${process.platform} ${process.arch}`,
});

/** Where results of one choice of engines lie. */
export const folderOf = (real: boolean): string => join(root, 'docs/results/chaos', real ? 'real' : 'embedded');

/** @returns results by the experiment's name; none where nothing has run yet */
export async function readResults(folder: string): Promise<Map<string, Result>> {
  const files = await readdir(folder).catch(() => []);
  const results = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Result),
  );
  return new Map(results.map((result) => [result.name, result]));
}

export async function writeResult(folder: string, result: Result): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** A hash of everything that a result of this experiment depends on. */
export async function hashSources(experiment: string): Promise<string> {
  const hash = createHash('sha256');
  const shared = (await Promise.all(SOURCES.map((one) => filesIn(join(root, one))))).flat();
  const own = (await filesIn(join(root, 'verification/chaos/experiments'))).filter((file) =>
    // `kills.ts`, and what lies beside it: `kills-victims.ts`.
    [`${experiment}.`, `${experiment}-`].some((begin) => basename(file).startsWith(begin)),
  );
  for (const file of [...shared, ...own].toSorted())
    hash
      .update(relative(root, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (!entries) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
