import { expect, test } from 'vitest';
import { engineMutants } from '../../../verification/mutants/engines/all.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

test('every fault of a local engine is caught by its contract test, by an assertion or by what never comes, and the test passes without it', async () => {
  const { mutants, controls } = await reportOf(engineMutants);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  expect(mutants.filter(({ fate }) => fate !== 'caught')).toEqual([]);
  expect(mutants.map(({ name }) => name)).toEqual(engineMutants.map(({ name }) => name));
  expect(mutants.length).toBeGreaterThanOrEqual(30);
}, 1_800_000);
