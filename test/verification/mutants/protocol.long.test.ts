import { expect, test } from 'vitest';
import { protocolMutants, protocolOptions } from '../../../verification/mutants/protocol/all.ts';
import { decisions } from '../../../verification/mutants/protocol/protocol-mutant.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

test('every decision and every rule of the protocol, broken in lib/, is caught by an assertion of a test in test/lib', async () => {
  const { mutants, controls } = await reportOf(protocolMutants, protocolOptions);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  expect(mutants.filter(({ fate, asserted }) => fate !== 'caught' || !asserted)).toEqual([]);
  expect(mutants.map(({ name }) => name)).toEqual(protocolMutants.map(({ name }) => name));
}, 1_800_000);

test('they are the 25 readings and 41 mutants of the model, and take back each of its decisions', () => {
  const takenBack = protocolMutants.flatMap(({ decision }) => decision ?? []);
  const ofTheModel = protocolMutants.filter(
    ({ engine }) => !['formats', 'returns', 'settings', 'together', 'turns'].includes(engine),
  );
  expect([takenBack.length, ofTheModel.length - takenBack.length]).toEqual([25, 41]);
  expect(new Set(takenBack)).toEqual(new Set(decisions));
  expect(protocolMutants.every(({ file, also = [] }) => [file, ...also.map((one) => one.file)].every(inLib))).toBe(
    true,
  );
  expect(protocolMutants.every(({ caughtBy }) => caughtBy.startsWith('test/lib/'))).toBe(true);
});

const inLib = (file: string): boolean => file.startsWith('lib/');
