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

test.each(Object.entries(faults))(
  'a database where %s breaks the experiment zombies',
  async (_, names) => {
    const mutants = engineMutants.filter(({ engine, name }) => engine === 'mongo' && names.includes(name));
    expect(mutants).toHaveLength(names.length);
    const instruments = [...(zombies.instruments ?? []), ...mutants.flatMap(patchesOf)];
    const run = { arm: 'sluice', size: 'short', seed: 1, real: false, progress: () => {} } as const;
    expect(brokenIn(await runArm({ ...zombies, instruments }, run))).not.toEqual([]);
  },
  600_000,
);
