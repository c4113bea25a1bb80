import { beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../../../lib/core/in-parallel.ts';
import { type Arm, brokenIn, type Ended } from '../../../verification/chaos/experiment.ts';
import { experiments } from '../../../verification/chaos/experiments.ts';
import { runArm } from '../../../verification/chaos/run-arm.ts';
import { engineMode } from '../../support/engines.ts';

/** Arms wait more than they compute. */
const AT_ONCE = 4;
const SEED = 1;

/** Those that take seconds; a whole stack for each of the others would take minutes. */
const chosen = experiments.filter(({ name, layer }) => layer !== 'whole path' || name === 'kills');

/** Each in its short form, with one seed of each arm; the long form of all is `npm run chaos -- --all`. */
const ended = new Map<string, Promise<Ended>>();
const nameOf = (name: string, arm: Arm) => `${name} ${arm}`;

beforeAll(() => {
  const begin = new Map(
    chosen.flatMap(({ name }) =>
      (['sluice', 'control'] as const).map((arm) => [nameOf(name, arm), Promise.withResolvers<Ended>()]),
    ),
  );
  for (const [name, { promise }] of begin) {
    ended.set(name, promise);
    promise.catch(() => {});
  }
  const arms = chosen.flatMap((experiment) => (['sluice', 'control'] as const).map((arm) => ({ experiment, arm })));
  void inParallel(arms, AT_ONCE, async ({ experiment, arm }) => {
    const { resolve, reject } = begin.get(nameOf(experiment.name, arm)) ?? Promise.withResolvers<Ended>();
    const run = { arm, size: 'short', seed: SEED, real: engineMode === 'found', progress: () => {} } as const;
    await runArm(experiment, run).then(resolve, reject);
  });
});

describe.each(chosen)('$name', ({ name, shows, control }) => {
  test(shows, async () => {
    const { violations, evidence } = (await ended.get(nameOf(name, 'sluice'))) ?? {};
    expect(violations, evidence?.join('\n')).toEqual(
      Object.fromEntries(Object.keys(violations ?? {}).map((one) => [one, 0])),
    );
  }, 900_000);

  test(`and fails where ${control.is}`, async () => {
    const findings = await ended.get(nameOf(name, 'control'));
    expect(findings && brokenIn(findings)).not.toEqual([]);
  }, 900_000);
});
