import { expect, test } from 'vitest';
import { faultMutants } from '../../../verification/mutants/faults/all.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

test('every mend of a fault, taken out again, is caught by an assertion of a test', async () => {
  const { mutants, controls } = await reportOf(faultMutants);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  expect(mutants.filter(({ fate }) => fate !== 'caught')).toEqual([]);
  expect(mutants.map(({ name }) => name)).toEqual(faultMutants.map(({ name }) => name));
}, 600_000);
