import { expect, test } from 'vitest';
import { sum } from './sum.ts';

test('fails without a fault too', () => {
  expect(sum([1])).toBe(2);
});
