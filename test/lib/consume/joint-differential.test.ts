import { describe, expect, test } from 'vitest';
import { carriedOut, expectTheSame, expectTheSameInOrder, planOf } from './joint-plans.ts';

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

describe('what runs jointly comes to the same as what runs alone (protocol: falls-back-whole)', () => {
  test.each(SEEDS)('plan %i: records, letters, effects, projections, what is told', expectTheSame);

  test.each(SEEDS.slice(0, 20))('plan %i of an ordered type: and every group in its order', expectTheSameInOrder);

  test('the plans have joint runs that hold and joint runs that fall back', async () => {
    const values: Record<string, number[]>[] = [];
    for (const seed of SEEDS.slice(0, 20))
      values.push((await carriedOut('joint', planOf(seed), false)).metrics.values());
    const count = (name: string) => values.flatMap((one) => one[`${name} test.happened`] ?? []).length;
    expect(count('FallBacks')).toBeGreaterThan(5);
    expect(count('JointRuns')).toBeGreaterThan(2 * count('FallBacks'));
    const { metrics } = await carriedOut('each', planOf(0), false);
    expect(metrics.values()['JointRuns test.happened']).toBeUndefined();
  });

  test('of those that want what one can have, one has it, whoever runs first', async () => {
    for (const seed of SEEDS.slice(0, 40)) {
      const { messages, ...rest } = planOf(seed);
      const plan = {
        ...rest,
        messages: messages.map((one) => ({ ...one, data: { ...one.data, act: 'unique' as const } })),
      };
      const { documents, records } = await carriedOut('joint', plan, false);
      const names = documents.map(({ tenant, ...document }) => `${tenant} ${Reflect.get(document, 'unique')}`);
      expect(new Set(names).size).toBe(names.length);
      expect(records.filter(({ state }) => state === 'succeeded')).toHaveLength(names.length);
      expect(records.every(({ state }) => state === 'succeeded' || state === 'rejected')).toBe(true);
    }
  });
});
