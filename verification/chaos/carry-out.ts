import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { inParallel } from '../../lib/core/in-parallel.ts';
import type { ArmMessage, ArmOrder } from './arm-process.ts';
import { type Ended, type Experiment, type Run, verdictOf } from './experiment.ts';
import { chaosProject } from './harness/project.ts';
import { hashSources, machine, type Result } from './results.ts';

/** Seeds of the control. */
export const CONTROLS = 3;

/** What is the same for every arm and seed of one experiment. */
export type Setting = Pick<Run, 'size' | 'real' | 'progress'>;

/** Of the machine. */
export interface Share {
  /** What controls break does not depend on how quick they are. */
  controlsAtOnce: number;
  /** Whether whatever else runs comes first. */
  behind: boolean;
}

/**
 * Runs Sluice's arm with one seed, and then the control with three from the same seed on.
 * @returns the result, whatever its verdict
 * @throws what an arm throws that could not be carried out
 */
export async function carryOut(
  experiment: Experiment,
  seed: number,
  setting: Setting,
  { controlsAtOnce, behind }: Share,
): Promise<Result> {
  const sluice = [await runArm(experiment, { ...setting, arm: 'sluice', seed }, behind)];
  const seeds = Array.from({ length: CONTROLS }, (_, index) => seed + index);
  const controls: Ended[] = [];
  await inParallel(seeds, controlsAtOnce, async (next) => {
    controls[next - seed] = await runArm(experiment, { ...setting, arm: 'control', seed: next }, behind);
  });
  const { name, shows, promises, layer, control } = experiment;
  return {
    ...{ name, shows, promises, layer, seed, sluice, controls },
    control: control.is,
    verdict: verdictOf(sluice, controls),
    sources: await hashSources(name),
    endedAt: new Date().toISOString(),
    machine: machine(),
  };
}

/** One arm, in a process of its own in a copy of the project. @throws Error with what the experiment threw, or that its process died */
export async function runArm(experiment: Experiment, run: Run, behind = false): Promise<Ended> {
  const begun = performance.now();
  const { instruments = [], control } = experiment;
  const project = chaosProject([...instruments, ...(run.arm === 'control' ? control.patches : [])]);
  process.once('exit', project.remove);
  const { progress, ...rest } = run;
  const child = fork(join(project.folder, 'verification/chaos/arm-process.ts'), {
    cwd: project.folder,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Whatever it starts has the same priority.
  if (behind && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    const told = await new Promise<ArmMessage>((resolve, reject) => {
      child.on('message', (message: ArmMessage) => {
        if (message.kind === 'progress') progress(`${experiment.name}, ${run.arm}, seed ${run.seed}: ${message.text}`);
        else resolve(message);
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`${experiment.name} ended with ${signal ?? `code ${code}`}`)),
      );
      child.send({ experiment: experiment.name, ...rest } satisfies ArmOrder);
    });
    if (told.kind !== 'findings')
      throw new Error(`${experiment.name}, ${run.arm}, seed ${run.seed} could not be carried out: ${told.text}`);
    return { seed: run.seed, seconds: Math.round((performance.now() - begun) / 100) / 10, ...told.findings };
  } finally {
    child.kill('SIGKILL');
    process.off('exit', project.remove);
    project.remove();
  }
}
