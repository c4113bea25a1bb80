import { expect, test } from 'vitest';
import type { Mutant } from '../../../verification/mutants/mutant.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

const spec = 'verification/mutants/example/sum.spec.ts';
const sum = { file: 'verification/mutants/example/sum.ts', replace: 'one - other' };
const fault = (name: string, changes: Partial<Mutant>): Mutant => ({
  name,
  engine: 'example',
  ...sum,
  search: 'one + other',
  caughtBy: spec,
  title: 'of two',
  ...changes,
});

test('a mutant is caught only by an assertion of a test that was run; a control that fails is told', async () => {
  const { mutants, controls } = await reportOf([
    fault('caught', {}),
    fault('seen by no assertion', { replace: 'other + one' }),
    fault('in what the test does not do', { title: 'of none' }),
    fault('gone from the file', { search: 'one * other' }),
    fault('twice in the file', { search: 'one' }),
    fault('caught by two patches', { replace: 'other + one', also: [{ ...sum, search: 'other + one' }] }),
    fault('one of two patches gone', { also: [{ ...sum, search: 'one * other' }] }),
    fault('no code', { replace: 'one +' }),
    fault('of a name that does not exist', { replace: 'one + another' }),
    fault('without a test', { title: 'of three' }),
    fault('in a test that takes longer than it was given', { title: 'slowly', seconds: 0.5 }),
    fault('with a control that fails', { caughtBy: 'verification/mutants/example/wrong.spec.ts', title: '' }),
  ]);
  const shown = mutants.map(({ name, fate, message = '' }) => [name, fate, message]);
  expect(shown).toEqual([
    ['caught', 'caught', 'expected -3 to be 3 // Object.is equality'],
    ['seen by no assertion', 'survived', ''],
    ['in what the test does not do', 'survived', ''],
    ['gone from the file', 'broken', expect.stringContaining('no longer applies')],
    ['twice in the file', 'broken', expect.stringContaining('no longer applies')],
    ['caught by two patches', 'caught', expect.any(String)],
    ['one of two patches gone', 'broken', expect.stringContaining('no longer applies')],
    ['no code', 'broken', expect.any(String)],
    ['of a name that does not exist', 'broken', 'another is not defined'],
    ['without a test', 'broken', 'no test has this title'],
    ['in a test that takes longer than it was given', 'caught', 'expected -1 to be 1 // Object.is equality'],
    ['with a control that fails', 'caught', expect.any(String)],
  ]);
  expect(controls).toEqual([
    { file: spec, passed: true },
    {
      file: 'verification/mutants/example/wrong.spec.ts',
      passed: false,
      message: expect.stringContaining('expected 1 to be 2'),
    },
  ]);
});
