import { describe, expect, test } from 'vitest';
import { median, percentile, ratio, summed } from '../../../verification/bench/statistics.ts';

describe('a figure', () => {
  test('is the middle one, or between the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([10])).toBe(10);
  });

  test('says from where to where the others go, and how many there are', () => {
    expect(summed([2, 8, 4], 'loaded')).toEqual({ median: 4, min: 2, max: 8, count: 3, note: 'loaded' });
  });

  test('of nothing, or of what is no number, is none', () => {
    expect(() => summed([])).toThrow('no median of nothing');
    expect(() => summed([1, Number.NaN])).toThrow('NaN is no figure');
  });
});

test('a percentile is the least that so large a share is not above', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(() => percentile([], 0.5)).toThrow('no share of nothing');
});

describe('a ratio', () => {
  test('is of turns that followed each other, not of medians', () => {
    // The machine was four times slower in the second round, for both.
    expect(ratio([10, 80, 12], [5, 20, 6])).toEqual({ median: 2, min: 2, max: 4, count: 3 });
  });

  test('of arms that did not take turns, or of one that cost nothing, is none', () => {
    expect(() => ratio([1, 2], [1])).toThrow('2 turns of one arm, 1 of the other');
    expect(() => ratio([1], [0])).toThrow('no figure');
  });
});
