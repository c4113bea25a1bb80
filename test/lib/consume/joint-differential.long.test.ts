import { describe, test } from 'vitest';
import { expectTheSame, expectTheSameInOrder } from './joint-plans.ts';

/** Beyond those of the short test. */
const SEEDS = Array.from({ length: 500 }, (_, index) => 40 + index);

describe('what runs jointly comes to the same as what runs alone, in many plans', () => {
  test.each(SEEDS)('plan %i: records, letters, effects, projections, what is told', expectTheSame);

  test.each(SEEDS.slice(0, 200))('plan %i of an ordered type: and every group in its order', expectTheSameInOrder);
});
