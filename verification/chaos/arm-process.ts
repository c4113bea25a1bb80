/** Runs one arm of one experiment within the copy of the project that it lies in, and tells whoever forked it what was found. */
import { inspect } from 'node:util';
import type { Findings, Run } from './experiment.ts';
import { experiments } from './experiments.ts';

export type ArmOrder = Omit<Run, 'progress'> & { experiment: string };
export type ArmMessage =
  | { kind: 'progress'; text: string }
  | { kind: 'findings'; findings: Findings }
  | { kind: 'fault'; text: string };

const tell = (message: ArmMessage) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

process.once('disconnect', () => process.exit(1));
process.once('message', async ({ experiment, ...run }: ArmOrder) => {
  const chosen = experiments.find(({ name }) => name === experiment);
  try {
    if (!chosen) throw new Error(`there is no experiment ${experiment}`);
    await tell({
      kind: 'findings',
      findings: await chosen.run({ ...run, progress: (text) => void tell({ kind: 'progress', text }) }),
    });
  } catch (error) {
    await tell({ kind: 'fault', text: inspect(error) });
  }
});
