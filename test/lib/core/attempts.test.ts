import { expect, test } from 'vitest';
import { attemptedOf, KEPT_ATTEMPTS, keptOf, withAttempts } from '../../../lib/core/attempts.ts';
import type { Attempt } from '../../../lib/core/outcome.ts';

const some = (count: number, from = 0): Attempt[] =>
  Array.from({ length: count }, (_, index) => ({ at: new Date(from + index).toISOString(), outcome: 'error' }));

test('entry 11: the last 50 are kept, and all are counted', () => {
  let stored = withAttempts({ attempts: [] }, some(30));
  stored = withAttempts(stored, some(30, 1000));
  expect([stored.attempts.length, stored.attempted]).toEqual([KEPT_ATTEMPTS, 60]);
  stored = withAttempts(stored, some(1, 2000));
  expect([stored.attempts.length, stored.attempts.at(-1), stored.attempted]).toEqual([50, some(1, 2000)[0], 61]);
  expect(keptOf(some(51))).toEqual(some(50, 1));
});

test('what older code wrote is counted by its list: without a count, beside one, and begun anew without taking it back', () => {
  expect(attemptedOf({ attempts: some(3) })).toBe(3);
  expect(attemptedOf({ attempts: some(1150) })).toBe(1150);
  expect(attemptedOf({ attempts: some(9), attempted: 7 })).toBe(9);
  expect(attemptedOf({ attempts: [], attempted: 7 })).toBe(0);
  expect(attemptedOf({ attempts: some(50), attempted: 70 })).toBe(70);
});
