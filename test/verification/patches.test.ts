import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { experiments } from '../../verification/chaos/experiments.ts';
import { engineMutants } from '../../verification/mutants/engines/all.ts';
import { faultMutants } from '../../verification/mutants/faults/all.ts';
import { type Patch, patched, patchesOf } from '../../verification/mutants/mutant.ts';
import { protocolMutants } from '../../verification/mutants/protocol/all.ts';
import { templateMutants } from '../../verification/mutants/template/all.ts';
import { read } from '../support/repository.ts';

/** Types of the experiments lie among those that are declared only while an experiment runs. */
const sourceOf = (file: string): string =>
  read(existsSync(file) ? file : file.replace('functions/events/', 'verification/chaos/types/'));

/** @throws Error when one no longer applies */
function applyAll(patches: readonly Patch[]): void {
  const sources = new Map<string, string>();
  for (const patch of patches) sources.set(patch.file, patched(patch, sources.get(patch.file) ?? sourceOf(patch.file)));
}

const mutants = [...engineMutants, ...protocolMutants, ...templateMutants, ...faultMutants];

describe('what is broken on purpose is still there to be broken', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('the mutant "%s" applies', (_, mutant) => {
    applyAll(patchesOf(mutant));
    expect(existsSync(mutant.caughtBy)).toBe(true);
  });

  test.each(experiments.map((experiment) => [experiment.name, experiment] as const))(
    'the control of %s applies',
    (_, { control, instruments = [] }) => {
      applyAll([...instruments, ...control.patches]);
      expect(control.patches.length).toBeGreaterThan(0);
    },
  );

  test('no two mutants of one table have one name', () => {
    for (const table of [engineMutants, protocolMutants, templateMutants, faultMutants])
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
  });
});
