import { expect, test } from 'vitest';
import { faultMutants, faultsOptions } from '../../../verification/mutants/faults/all.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

test('what was found wrong from outside is caught where it is put back', async () => {
  const { mutants, controls } = await reportOf(faultMutants, faultsOptions);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  expect(mutants.filter(({ fate }) => fate !== 'caught')).toEqual([]);
}, 1_800_000);
