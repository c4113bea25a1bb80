import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Arm, type Ended, type Experiment, type Run, verdictOf } from './experiment.ts';
import { machine, type Result } from './results.ts';
import { runArm } from './run-arm.ts';
import { armsOf, type Job, runJobs, type ScheduledArm } from './schedule.ts';
import { type TestedCode, watchCode } from './tested-code.ts';

const root = join(import.meta.dirname, '../..');

/** What is the same for every arm of every experiment. */
export type Setting = Pick<Run, 'size' | 'real' | 'progress'>;

export interface Listener {
  /** Both arms of an experiment have ended. */
  ended(result: Result): Promise<void>;
  /** One arm could not be carried out, or its result not be kept: there is none of its experiment. */
  fault(name: string, error: unknown): void;
}

/**
 * Runs both arms of experiments, whatever their verdicts, on as many cores as there are.
 * @throws Error where there is no commit that results could name
 */
export async function carryOut(
  chosen: readonly Experiment[],
  seed: number,
  setting: Setting,
  listener: Listener,
): Promise<void> {
  const testedCode = await watchCode(root);
  const jobs = chosen.flatMap((experiment) => jobsOf(experiment, seed, setting, listener, testedCode));
  await runJobs(jobs, availableParallelism());
}

/** Whichever arm ends last makes the result. */
function jobsOf(
  experiment: Experiment,
  seed: number,
  setting: Setting,
  { ended, fault }: Listener,
  testedCode: () => Promise<TestedCode>,
): Job[] {
  const arms = armsOf(experiment);
  const found = new Map<ScheduledArm, Ended>();
  const run = async (one: ScheduledArm) => {
    found.set(one, await runArm(experiment, { ...setting, arm: one.arm, seed }, one.place === 'behind'));
    if (found.size < arms.length) return;
    const of = (wanted: Arm) => arms.flatMap((each) => (each.arm === wanted ? (found.get(each) ?? []) : []));
    const [sluice, controls] = [of('sluice'), of('control')];
    const { name, shows, promises, layer, control } = experiment;
    await ended({
      ...{ name, shows, promises, layer, seed },
      control: control.is,
      verdict: verdictOf(sluice, controls),
      code: await testedCode(),
      endedAt: new Date().toISOString(),
      machine: machine(),
      sluice,
      controls,
    });
  };
  return arms.map((one) => ({
    place: one.place,
    run: () => run(one).catch((error) => fault(experiment.name, error)),
  }));
}
