import { expect, test } from 'vitest';
import { BoundedMap } from '../../../lib/core/bounded-map.ts';

test('a bounded map holds so many at most: what was written first goes, and what is written again is new', () => {
  const map = new BoundedMap<string, number>(3);
  for (const [index, key] of ['a', 'b', 'c', 'a', 'd'].entries()) map.set(key, index);
  expect(map.size).toBe(3);
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([3, undefined, 2, 4]);
  map.delete('a');
  expect([map.get('a'), map.size]).toEqual([undefined, 2]);
});
