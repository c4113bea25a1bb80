import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { plainDetails } from '../../../lib/core/plain.ts';

const trap = () => {
  throw new Error('trap');
};
const listOf = (length: unknown) =>
  new Proxy([], { get: (_, name) => (name === 'length' ? length : name === 'toJSON' ? undefined : 1) });

class Bytes extends Uint8Array {
  override get byteLength(): number {
    return trap();
  }
}

describe('entry 4: details that are made to break a line', () => {
  test.each<[string, unknown, unknown]>([
    ['a length that is a symbol', listOf(Symbol('length')), []],
    ['a length that throws', listOf({ valueOf: trap }), []],
    ['a length that is no number', listOf(Number.NaN), []],
    ['a length that does not end', listOf(Number.POSITIVE_INFINITY), [...Array(100).fill(1), '…']],
    ['bytes that do not tell how many', new Bytes(3), '[undefined bytes]'],
    ['a text in a box', Object('a text'), 'a text'],
    ['an object of another realm', runInNewContext('({ a: [1] })'), { a: [1] }],
  ])('%s', (_, value, shown) => {
    expect(plainDetails({ value })).toEqual({ value: shown });
  });

  test('an error of another realm says what it says, and nothing else that it holds', () => {
    const error: unknown = runInNewContext("Object.assign(new Error('refused'), { code: 'E', keyValue: 'ann' })");
    for (const one of [error, new Proxy(error as object, {})]) {
      expect(plainDetails({ error: one })).toMatchObject({ error: { code: 'E', message: 'refused' } });
      expect(JSON.stringify(plainDetails({ error: one }))).not.toContain('ann');
    }
  });

  test('names of large objects cost what they are, and are not read again and again', () => {
    const large = Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`k${index}`, undefined]));
    let reads = 0;
    // A trap of the names themselves would have V8 look at each of them again.
    const seen = Object.defineProperty(large, 'k0', { get: () => void reads++, enumerable: true });
    plainDetails({ list: Array(20).fill(seen) });
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(15);
  });

  test('names of an object are read once', () => {
    let reads = 0;
    const ownKeys = (target: object) => {
      reads++;
      return Reflect.ownKeys(target);
    };
    plainDetails({ list: Array(20).fill(new Proxy({ a: 1, b: 2 }, { ownKeys })) });
    expect(reads).toBe(20);
  });
});
