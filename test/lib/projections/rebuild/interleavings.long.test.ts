import { expect, test } from 'vitest';
import { holds } from './interleaved.ts';

/** Beyond those of the contract test. */
const SEEDS = { from: 60, to: 1000 };

test(`in ${SEEDS.to - SEEDS.from} more orders of consumers, rebuilds and a loss Redis ends up with what the records tell`, async () => {
  const wrong: number[] = [];
  for (let seed = SEEDS.from; seed < SEEDS.to; seed++) if (!(await holds(seed, 'protocol'))) wrong.push(seed);
  expect(wrong).toEqual([]);
}, 1_800_000);
