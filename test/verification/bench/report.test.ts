import { describe, expect, test } from 'vitest';
import { figure, printed, reported } from '../../../verification/bench/report.ts';
import type { Row } from '../../../verification/bench/row.ts';

const cheap: Row = { name: 'one / other', now: 3.3, goal: { atMost: 0.7 }, unit: 'times' };
const fast: Row = { name: 'many a second / today', now: 1, goal: { atLeast: 2.5 }, unit: 'times' };
const known: Row = { name: 'memory', now: null, goal: null, unit: 'MB' };
const seen = (median: number) => ({ median, min: median / 2, max: median * 2, count: 7 });

describe('a row of a run', () => {
  test('has what it was, what it is to be, what it is, and whether that is reached', () => {
    expect(reported(cheap, seen(0.6))).toEqual({
      ...{ name: 'one / other', now: 3.3, goal: 0.7, better: 'less', unit: 'times' },
      ...{ value: 0.6, min: 0.3, max: 1.2, count: 7, reached: true },
    });
  });

  test('is reached at its goal, and not beside it, whichever side is better', () => {
    expect(reported(cheap, seen(0.7)).reached).toBe(true);
    expect(reported(cheap, seen(0.71)).reached).toBe(false);
    expect(reported(fast, seen(2.5))).toMatchObject({ goal: 2.5, better: 'more', reached: true });
    expect(reported(fast, seen(2.4)).reached).toBe(false);
    expect(reported(known, seen(2)).reached).toBeNull();
  });

  test('that was left out has no value, is not reached, and says why', () => {
    const row = reported(cheap, { leftOut: 'no clone' });
    expect(row).toMatchObject({ value: null, min: null, max: null, count: 0, reached: null, leftOut: 'no clone' });
    expect(reported(cheap, undefined).leftOut).toContain('told nothing');
  });
});

test('a figure has three digits that mean something', () => {
  expect([0, 0.147, 0.66666, 2.5, 14.72, 1234.5, 0.00123].map(figure)).toEqual([
    ...['0', '0.147', '0.667', '2.5', '14.7', '1235', '0.00123'],
  ]);
});

test('the table has a line for each row, and says below it what was left out', () => {
  const text = printed([reported(cheap, seen(0.6)), reported(fast, { leftOut: 'no clone' }), reported(known, seen(3))]);
  const [head, first, second, third, ...rest] = text.split('\n');
  expect(head).toMatch(/in +now +goal +value +min to max +of +reached/);
  expect(first).toMatch(/^one \/ other +times +3.3 +<= 0.7 +0.6 +0.3 to 1.2 +7 +yes$/);
  expect(second).toMatch(/^many a second \/ today +times +1 +>= 2.5 +- +- +0 +-$/);
  expect(third).toMatch(/^memory +MB +- +- +3 +1.5 to 6 +7 +-$/);
  expect(rest).toEqual(['left out: many a second / today: no clone']);
});
