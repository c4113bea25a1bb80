import { expect, test } from 'vitest';
import { reportOf } from '../../../verification/mutants/report-of.ts';
import { templateMutants } from '../../../verification/mutants/template/all.ts';

test('every rule of the template, broken in deploy/ or a declaration, is caught by an assertion of its test', async () => {
  const { mutants, controls } = await reportOf(templateMutants);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  expect(mutants.filter(({ fate, asserted }) => fate !== 'caught' || !asserted)).toEqual([]);
  expect(mutants.map(({ name }) => name)).toEqual(templateMutants.map(({ name }) => name));
  expect(controls).toHaveLength(4);
}, 1_800_000);

test('they are at least thirty, of what makes the template', () => {
  expect(templateMutants.length).toBeGreaterThanOrEqual(30);
  expect(templateMutants.filter(({ file }) => !/^(deploy|lib\/(wiring\/functions|core))\//.test(file))).toEqual([]);
  expect(templateMutants.every(({ caughtBy }) => caughtBy.startsWith('test/deploy/rules/'))).toBe(true);
});
