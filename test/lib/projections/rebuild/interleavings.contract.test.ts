import { expect, test } from 'vitest';
import { holds } from './interleaved.ts';

const RUNS = 25;

test(`in ${RUNS} orders of consumers, rebuilds and a loss Redis ends up with what the records tell`, async () => {
  const wrong: number[] = [];
  for (let seed = 0; seed < RUNS; seed++) if (!(await holds(seed, 'protocol'))) wrong.push(seed);
  expect(wrong).toEqual([]);
});

test.each(['applied to the current only', 'rebuild without guard', 'guard cut while building'] as const)(
  'control: %s, it does not',
  async (reading) => {
    let wrong = 0;
    for (let seed = 0; seed < RUNS && wrong === 0; seed++) if (!(await holds(seed, reading))) wrong++;
    expect(wrong).toBe(1);
  },
);
