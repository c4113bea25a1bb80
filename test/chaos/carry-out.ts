import { type Ended, type Experiment, type Run, verdictOf } from './experiment.ts';
import { hashSources, machine, type Result } from './results.ts';

const CONTROLS = 3;

/** What is the same for every arm and seed of one experiment. */
export type Setting = Pick<Run, 'size' | 'real' | 'progress'>;

/**
 * Runs Sluice's arm with one seed, and the control with three from the same seed on.
 * @returns the result, whatever its verdict
 * @throws what an arm throws that could not be carried out
 */
export async function carryOut(experiment: Experiment, seed: number, setting: Setting): Promise<Result> {
  const sluice = [await runArm(experiment, { ...setting, arm: 'sluice', seed })];
  const controls: Ended[] = [];
  for (let next = seed; next < seed + CONTROLS; next++)
    controls.push(await runArm(experiment, { ...setting, arm: 'control', seed: next }));
  const { name, shows, promises, layer, control } = experiment;
  return {
    ...{ name, shows, promises, layer, control, seed, sluice, controls },
    verdict: verdictOf(sluice, controls),
    sources: await hashSources(name),
    endedAt: new Date().toISOString(),
    machine: machine(),
  };
}

export async function runArm(experiment: Experiment, run: Run): Promise<Ended> {
  const begun = performance.now();
  const progress = (text: string) => run.progress(`${experiment.name}, ${run.arm}, seed ${run.seed}: ${text}`);
  const findings = await experiment.run({ ...run, progress });
  return { seed: run.seed, seconds: Math.round((performance.now() - begun) / 100) / 10, ...findings };
}
