import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { ArmMessage, ArmOrder } from './arm-process.ts';
import type { Ended, Experiment, Run } from './experiment.ts';
import { chaosProject } from './harness/project.ts';

/**
 * One arm, in a process of its own in a copy of the project.
 * @param behind whatever else runs comes first
 * @throws Error with what the experiment threw, or that its process died
 */
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
