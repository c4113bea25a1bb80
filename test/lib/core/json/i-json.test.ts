import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, MAX_DEPTH, parseClosely, parseIJson } from '../../../../lib/core/json/i-json.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

const saidOf = (parse: (text: string) => unknown, text: string): unknown => {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
};

const faultOf = (text: string): JsonError => {
  try {
    parseIJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text.slice(0, 60))} was taken`);
};

describe('I-JSON', () => {
  it.each([
    ['nothing', '', 0, /no JSON/],
    ['only space', ' \n\t\r ', 5, /no JSON/],
    ['a word', 'nope', 0, /"n"/],
    ['a word cut short', 'tru', 0, /"t"/],
    ['a word that goes on', 'truex', 4, /"x"/],
    ['two values', '1 2', 2, /"2"/],
    ['an open object', '{"a":1', 6, /too early/],
    ['an open array', '[1,', 3, /too early/],
    ['a string without end', '"abc', 4, /does not end/],
    ['a string that ends in a backslash', '"abc\\', 4, /escape/],
    ['a comma too many in an array', '[1,]', 3, /"]"/],
    ['a comma too many in an object', '{"a":1,}', 7, /"}"/],
    ['a missing comma', '[1 2]', 3, /"2"/],
    ['a missing colon', '{"a" 1}', 5, /"1"/],
    ['a missing value', '{"a":}', 5, /"}"/],
    ['a bare key', '{a:1}', 1, /"a"/],
    ['a number as key', '{1:1}', 1, /"1"/],
    ['the wrong bracket', '[1}', 2, /"}"/],
    ['a bracket too many', '[]]', 2, /"]"/],
    ['single quotes', "{'a':1}", 1, /"'"/],
    ['a comment', '[1/*x*/]', 2, /"\/"/],
    ['a leading zero', '[01]', 2, /"1"/],
    ['a leading plus', '[+1]', 1, /"\+"/],
    ['a bare point', '[.5]', 1, /"."/],
    ['a trailing point', '[5.]', 2, /"."/],
    ['NaN', '[NaN]', 1, /"N"/],
    ['an exponent without digits', '[1e]', 2, /"e"/],
    ['a hexadecimal number', '[0x1]', 2, /"x"/],
    ['a raw line feed in a string', '"a\nb"', 2, /control/],
    ['a raw NUL in a string', '"a\0b"', 2, /control/],
    ['an unknown escape', '"\\x41"', 1, /escape/],
    ['an escape of three digits', '"\\u12"', 1, /incomplete/],
    ['a no-break space', '[\u00a01]', 1, /U\+00A0/],
    ['a byte order mark', '\ufeff{}', 0, /byte order mark/],
    ['a key twice', '{"a":1,"b":2,"a":3}', 13, /twice/],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 7, /twice/],
    ['a key twice in an inner object', '[{"a":{"b":1,"b":2}}]', 13, /twice/],
    ['the empty key twice', '{"":1,"":2}', 6, /twice/],
    ['a key named __proto__ twice', '{"__proto__":1,"__proto__":2}', 15, /twice/],
    ['a raw lone surrogate', '"\ud800"', 1, /surrogate/],
    ['a raw lone low surrogate', '["\udc00"]', 2, /surrogate/],
    ['an escaped lone high surrogate', '"\\ud800"', 1, /surrogate/],
    ['an escaped lone low surrogate', '"\\udc00"', 1, /surrogate/],
    ['escaped surrogates in the wrong order', '"\\udc00\\ud800"', 1, /surrogate/],
    ['a high surrogate before another escape', '"\\ud800\\n"', 1, /surrogate/],
    ['an escaped lone surrogate in a key', '{"\\ud800":1}', 2, /surrogate/],
    ['NUL in a key', '{"a\\u0000b":1}', 1, /NUL/],
    ['a number beyond a double', '[1e400]', 1, /double/],
    ['a negative number beyond a double', '-1e400', 0, /double/],
    ['a number of 400 digits', '9'.repeat(400), 0, /double/],
  ])('refuses %s and says where', (_, text, position, words) => {
    const fault = faultOf(text);
    expect(fault.message).toMatch(words);
    expect(fault.position).toBe(position);
    expect(fault.code).toBe('invalid-json');
  });

  it.each([
    ['NUL in a value', '"\\u0000"', '\0'],
    ['an escaped pair', '"\\ud83d\\ude00"', '😀'],
    ['an escaped pair in capitals', '"\\uD83D\\uDE00"', '😀'],
    ['a raw astral character', '"😀"', '😀'],
    ['a non-character', '"\ufffe"', '\ufffe'],
    ['an inner byte order mark', '"a\ufeffb"', 'a\ufeffb'],
    ['equal keys in different objects', '[{"a":1},{"a":{"a":1}}]', [{ a: 1 }, { a: { a: 1 } }]],
    ['a key that is a prefix of another', '{"a":1,"aa":2}', { a: 1, aa: 2 }],
    ['an escaped backslash before a quote', '{"a\\\\":"\\\\\\""}', { 'a\\': '\\"' }],
    ['the largest double', '1.7976931348623157e308', Number.MAX_VALUE],
    ['a number that is too small', '1e-400', 0],
    ['a value in spaces', ' \t\n\r[ 1 , 2 ] ', [1, 2]],
  ])('takes %s', (_, text, value) => {
    expect(parseIJson(text)).toEqual(value);
  });

  it('keeps __proto__ an own property', () => {
    const value = parseIJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(Object(value))).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it(`takes ${MAX_DEPTH} levels and refuses one more`, () => {
    const nested = (levels: number) =>
      `${'[{"a":'.repeat(levels / 2)}${levels % 2 ? '[1]' : '1'}${'}]'.repeat(levels / 2)}`;
    expect(() => parseIJson(nested(MAX_DEPTH))).not.toThrow();
    expect(faultOf(nested(MAX_DEPTH + 1)).message).toMatch(/deeper than 64/);
    expect(() => parseIJson('['.repeat(64) + ']'.repeat(64))).not.toThrow();
    expect(faultOf('['.repeat(65) + ']'.repeat(65)).position).toBe(64);
  });

  it('agrees with JSON.parse on every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(parseIJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes nothing that JSON.parse refuses', () => {
    const piece = fc.constantFrom(...'{}[]:,"\\u0aeE+-.1 \n', 'true', 'null', '"a"', '"a":', '\\ud800', '\0', '\ud800');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let value: unknown;
        try {
          value = parseIJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonError);
          return;
        }
        expect(value).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('says of every text what looking at each character says', () => {
    const key = fc.constantFrom(
      '"a":',
      '"b":',
      '"":',
      '"\\n":',
      '"\\u0061":',
      '"__proto__":',
      '"1":',
      '" :" : ',
      '"\\\\":',
    );
    const piece = fc.constantFrom(
      ...'{}[],:"\\ ',
      ...['1', '-0', '1e400', 'null', '"x"', '":"', '"\\""', '"\\ud83d\\ude00"', '"\\ud800"', '"\ud800"', '"{["'],
    );
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'v' },
        fc.constantFrom('1', '1e400', '"x"', '"a:b"', '"\\\\"', '"\\u0000"', 'true', '"\\ud800"'),
        fc
          .array(fc.tuple(key, tie('value')), { maxLength: 4, depthIdentifier: 'v' })
          .map((members) => `{${members.map((member) => member.join('')).join()}}`),
        fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'v' }).map((items) => `[${items.join()}]`),
      ),
    }));
    const text = fc.oneof(
      value,
      fc.array(fc.oneof(key, piece), { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (one) => void expect(saidOf(parseIJson, one)).toEqual(saidOf(parseClosely, one))),
      { numRuns: 5000 },
    );
  });

  it('loses no member to another of its name, whatever is around it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const text = JSON.stringify(value);
        const [name = ''] = Object.keys(value);
        expect(faultOf(`${text.slice(0, -1)},${JSON.stringify(name)}:":"}`).message).toMatch(/twice|NUL|surrogate/);
      }),
    );
  });

  it.each([
    ['a million brackets', '['.repeat(1_000_000)],
    ['a wide object', `{${Array.from({ length: 150_000 }, (_, index) => `"k${index}":0`).join()}}`],
    ['a million empty objects', `[${'{},'.repeat(1_000_000)}{}]`],
    ['a string of escapes', `"${'\\u0041'.repeat(600_000)}"`],
    ['a long number', `${'1'.repeat(300)}.${'1'.repeat(4_000_000)}`],
    ['four megabytes of space', ' '.repeat(4_000_000)],
    ['a string that does not end', `"${'a'.repeat(4_000_000)}`],
    ['many long equal keys', `[${`{"${'k'.repeat(1000)}":0},`.repeat(4000)}0]`],
  ])('reads or refuses %s in time', async (_, text) => {
    const took = await cpuMs(() => {
      try {
        parseIJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError);
      }
    });
    // A scan that is not linear takes hours for these, not seconds.
    expect(took).toBeLessThan(15_000);
  });
});
