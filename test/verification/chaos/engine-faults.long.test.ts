import { expect, test } from 'vitest';
import { brokenIn } from '../../../verification/chaos/experiment.ts';
import { zombies } from '../../../verification/chaos/experiments/zombies.ts';
import { runArm } from '../../../verification/chaos/run-arm.ts';
import { engineMutants } from '../../../verification/mutants/engines/all.ts';
import { patchesOf } from '../../../verification/mutants/mutant.ts';

/** What exactly once stands on. An engine without it must be seen by an experiment, or nothing would show that Sluice depends on it, and has it. */
const faults = {
  'there are no write conflicts': [
    'two open transactions write one document',
    'a write on what was committed after the snapshot goes through',
  ],
  'an abort is lost': ['an abort commits'],
};

/** Of six that were tried four show that there are no write conflicts. */
const SEEDS = 8;

test.each(Object.entries(faults))(
  'a database where %s breaks the experiment zombies',
  async (_, names) => {
    const mutants = engineMutants.filter(({ engine, name }) => engine === 'mongo' && names.includes(name));
    expect(mutants).toHaveLength(names.length);
    const instruments = [...(zombies.instruments ?? []), ...mutants.flatMap(patchesOf)];
    const broken: string[] = [];
    // Not every hundred of interleavings has one that shows it.
    for (let seed = 1; broken.length === 0 && seed <= SEEDS; seed++) {
      const run = { arm: 'sluice', size: 'short', seed, real: false, progress: () => {} } as const;
      broken.push(...brokenIn(await runArm({ ...zombies, instruments }, run)));
    }
    expect(broken).not.toEqual([]);
  },
  600_000,
);
