import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyOfJson } from '../../../../lib/core/json/copy.ts';

test('a copy is equal, whatever its keys are, and shares nothing', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      const value: unknown = JSON.parse(text);
      const copy = copyOfJson(value);
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
    }),
  );
  const odd: unknown = JSON.parse('{"__proto__":{"a":1},"list":[{"constructor":0}]}');
  const copy = copyOfJson(odd);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(odd));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});
