import { expect, test } from 'vitest';
import { protocolMutants, protocolOptions } from '../../../verification/mutants/protocol/all.ts';
import { decisions } from '../../../verification/mutants/protocol/protocol-mutant.ts';
import { reportOf } from '../../../verification/mutants/report-of.ts';

test('every decision and every rule of the protocol, broken in lib/, is caught by an assertion of a test in test/lib', async () => {
  const { mutants, controls } = await reportOf(protocolMutants, protocolOptions);
  expect(controls.filter(({ passed }) => !passed)).toEqual([]);
  // What ended by an error or by its time may have met a busy machine: it has one more try. What survived has none.
  const unsure = mutants.filter(({ fate, asserted }) => fate === 'caught' && !asserted).map(({ name }) => name);
  const again = protocolMutants.filter(({ name }) => unsure.includes(name));
  const tried = again.length > 0 ? (await reportOf(again, protocolOptions)).mutants : [];
  const known = [...mutants.filter(({ name }) => !unsure.includes(name)), ...tried];
  expect(known.filter(({ fate, asserted }) => fate !== 'caught' || !asserted)).toEqual([]);
  expect(mutants.map(({ name }) => name)).toEqual(protocolMutants.map(({ name }) => name));
}, 600_000);

test('they are the 21 readings and 26 mutants of the model, and take back each of its decisions', () => {
  const takenBack = protocolMutants.flatMap(({ decision }) => decision ?? []);
  const ofTheModel = protocolMutants.filter(({ engine }) => engine !== 'formats');
  expect([takenBack.length, ofTheModel.length - takenBack.length]).toEqual([21, 26]);
  expect(new Set(takenBack)).toEqual(new Set(decisions));
  expect(protocolMutants.every(({ file, also = [] }) => [file, ...also.map((one) => one.file)].every(inLib))).toBe(
    true,
  );
  expect(protocolMutants.every(({ caughtBy }) => caughtBy.startsWith('test/lib/'))).toBe(true);
});

const inLib = (file: string): boolean => file.startsWith('lib/');
