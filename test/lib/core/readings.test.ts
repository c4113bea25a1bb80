import { expect, test } from 'vitest';
import { readingsOf } from '../../../lib/core/readings.ts';

test('a text of any length is read, each character in its place', () => {
  const before = 'x'.repeat(200_000);
  const read = readingsOf(`${before}\\u0041`).map(({ text, places }) => ({ text, places }));
  const [asItStands, asJson] = read;
  expect(asItStands?.text).toBe(`${before}\\u0041`);
  expect(asJson?.text).toBe(`${before}A`);
  expect(asJson?.places.length).toBe(200_002);
  expect(asJson?.places.slice(-3)).toEqual([199_999, 200_000, 200_006]);
});
