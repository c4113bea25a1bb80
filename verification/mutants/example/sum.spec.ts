import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sum } from './sum.ts';

test('of two', () => {
  expect(sum([1, 2])).toBe(3);
});

test('of none', () => {
  expect(sum([])).toBe(0);
});

test('of one, slowly', async () => {
  await wait(700);
  expect(sum([1])).toBe(1);
});
