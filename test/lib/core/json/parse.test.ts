import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../lib/core/json/parse.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

/** What V8 has seen before it is asked: https://github.com/nodejs/node/issues/63785 */
const before = ['{"x":1,"\\\\":2,"y":3}', '{"x":1,"a\\\\":2}', '{"\\\\":0}', '{"\\\\\\\\":0}'];
const seen = () => {
  for (const text of before) parseJson(text);
};

describe('parseJson', () => {
  it.each([
    ['{"x":1,"\\"":2,"y":3}', 'x " y'],
    ['{"x":1,"\\u000b":2,"y":3}', 'x \v y'],
    ['{"x":1,"a\\n":2}', 'x a\n'],
    ['{"\\ud83d\\ude00":0}', '😀'],
    ['{"\\\\a":0}', '\\a'],
    ['{"\\\\":0}', '\\'],
  ])('reads the keys of %s as they stand there, whatever was read before', (text, keys) => {
    seen();
    expect(Object.keys(parseJson(text) as object).join(' ')).toBe(keys);
  });

  it('is JSON.stringify backwards, for keys of backslashes, quotes, controls, colons and its own mark', () => {
    const key = fc.string({
      unit: fc.constantFrom('\\', '"', '\n', '\v', 'a', 'u', ':', ' ', '\uE000', '0', '😀'),
      maxLength: 4,
    });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, key, fc.integer(), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(value, fc.boolean(), (one, spaced) => {
        const text = JSON.stringify(one, null, spaced ? 1 : 0);
        expect(parseJson(text)).toEqual(one);
        expect(JSON.stringify(parseJson(text), null, spaced ? 1 : 0)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the last of two equal keys, and `__proto__` as a key like any other', () => {
    expect(parseJson('{"a":1,"\\u0061":2}')).toEqual({ a: 2 });
    const read = parseJson('{"\\u005f_proto__":{"x":1},"b":2}') as object;
    expect([Object.keys(read), Object.getPrototypeOf(read)]).toEqual([['__proto__', 'b'], Object.prototype]);
  });

  it.each(['', '{"\\x":1}', '{"\\":1', '"\\"'.repeat(1000)])('refuses %j as JSON.parse does', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('takes time linear in the length, with escapes only in values, only in keys, or in both', async () => {
    const texts = (length: number) => [
      JSON.stringify('"\\'.repeat(length)),
      JSON.stringify(Object.fromEntries(Array.from({ length: length / 4 }, (_, index) => [`"${index}`, 0]))),
      JSON.stringify(Array.from({ length: length / 4 }, () => ({ '\n': '\n":' }))),
    ];
    const [small, large] = [texts(20_000), texts(200_000)];
    const time = (text = '') => cpuMs(() => parseJson(text));
    for (const [index, text] of large.entries()) {
      await time(small[index]);
      const ratio = (await time(text)) / Math.max(1, await time(small[index]));
      expect(ratio).toBeLessThan(100);
    }
  });
});
