import { expect, test } from 'vitest';
import { brokenIn } from '../../verification/chaos/experiment.ts';
import { publish } from '../../verification/chaos/experiments/publish.ts';
import { runArm } from '../../verification/chaos/run-arm.ts';
import { engineMutants } from '../../verification/mutants/engines/all.ts';
import { protocolMutants, protocolOptions } from '../../verification/mutants/protocol/all.ts';
import { reportOf } from '../../verification/mutants/report-of.ts';
import { templateMutants } from '../../verification/mutants/template/all.ts';

/** One of each kind, so that a fault in what carries them out is seen every day: `npm run test:smoke`. */
test.each([
  ['an engine', engineMutants, {}],
  ['the protocol', protocolMutants, protocolOptions],
  ['the template', templateMutants, {}],
])('a fault of %s is caught, and the test passes without it', async (_, all, options) => {
  const { mutants, controls } = await reportOf(all.slice(0, 1), options);
  expect(mutants).toMatchObject([{ fate: 'caught' }]);
  expect(controls).toMatchObject([{ passed: true }]);
});

test('an experiment breaks nothing, and its control does', async () => {
  const run = { size: 'short', seed: 1, real: false, progress: () => {} } as const;
  expect(brokenIn(await runArm(publish, { ...run, arm: 'sluice' }))).toEqual([]);
  expect(brokenIn(await runArm(publish, { ...run, arm: 'control' }))).not.toEqual([]);
});
