import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Ended, Experiment, Verdict } from './experiment.ts';
import type { TestedCode } from './tested-code.ts';

/** One experiment as it ended: both arms, what was under test, and what it ran on. It stays true of that commit. */
export interface Result extends Pick<Experiment, 'name' | 'shows' | 'promises' | 'layer'> {
  /** What the control did otherwise. */
  control: string;
  verdict: Verdict;
  seed: number;
  code: TestedCode;
  /** ISO time. */
  endedAt: string;
  machine: { node: string; cores: number; platform: string };
  sluice: readonly Ended[];
  controls: readonly Ended[];
}

/** Of the embedded engines, or of servers that are named or found. */
export const choices = ['embedded', 'real'] as const;
export type Choice = (typeof choices)[number];

/** Results by the experiment's name, for each choice of engines. */
export type Standing = Readonly<Record<Choice, ReadonlyMap<string, Result>>>;

const folder = join(import.meta.dirname, '../../docs/results/chaos');

export const machine = (): Result['machine'] => ({
  node: process.version,
  cores: availableParallelism(),
  platform: `${process.platform} ${process.arch}`,
});

/** Everything that has ever run, as it ended last. */
export const readStanding = async (): Promise<Standing> => ({
  embedded: await readResults('embedded'),
  real: await readResults('real'),
});

async function readResults(choice: Choice): Promise<Map<string, Result>> {
  const files = (await readdir(join(folder, choice))).filter((file) => file.endsWith('.json'));
  const results = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, choice, file), 'utf8')) as Result),
  );
  return new Map(results.map((result) => [result.name, result]));
}

/** In the place of the one before. */
export async function writeResult(choice: Choice, result: Result): Promise<void> {
  await mkdir(join(folder, choice), { recursive: true });
  await writeFile(join(folder, choice, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** As a person names it: `542b8bd`, and whether files were otherwise. */
export const commitOf = ({ code }: Result): string =>
  `${code.commit.slice(0, 7)}${code.uncommitted ? ' and changes' : ''}`;

/** `2026-11-28`. */
export const dateOf = ({ endedAt }: Result): string => endedAt.slice(0, 10);

/** What answered: `MongoDB embedded, Redis 7.0.15, …`. */
export function enginesOf({ sluice }: Result): string {
  const { mongodb, redis, sqs } = sluice[0]?.engines ?? {};
  return [mongodb && `MongoDB ${mongodb}`, redis && `Redis ${redis.replace(/^redis /, '')}`, sqs && `SQS ${sqs}`]
    .filter(Boolean)
    .join(', ');
}
