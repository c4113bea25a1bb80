import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../../../../lib/core/json/canonical.ts';
import { parseJson } from '../../../../lib/core/json/parse.ts';

/** Names of which objects have an order of their own, and others. */
const name = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toJSON',
    '',
    'a',
    'b',
    'B',
    'é',
    '😀',
    '\ufb01',
    '1',
    '10',
    '9',
    '01',
    '-1',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e21, 1e-7, 5e-324, 2 ** 53),
);
const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    fc.string({ unit: 'binary', maxLength: 5 }),
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'value' }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 5, depthIdentifier: 'value' })
    .map((members) => Object.fromEntries(members)),
}));

const said = (form: () => string | undefined): unknown => {
  try {
    return form();
  } catch {
    return 'it has none';
  }
};

describe('the canonical form', () => {
  it('is that of the library of RFC 8785, of every value', () => {
    fc.assert(
      fc.property(value, (data) => {
        const both = { data, type: 'a' };
        expect(said(() => canonicalForm(both))).toBe(said(() => canonicalize(both)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['names in order', '{"a":1,"b":{"a":[{"c":1,"d":2}]}}'],
    ['names out of order, deep inside', '{"a":[[1,{"b":1,"a":2}],3],"b":1}'],
    ['the last member alone out of order', '{"a":{"b":1},"b":{"b":1},"c":{"b":1,"a":1}}'],
    ['names that are numbers', '{"10":1,"9":2,"1":3}'],
    ['names that are numbers, among others out of order', '{"b":1,"a":2,"10":1,"9":2}'],
    ['a name that is that of a prototype', '{"b":1,"__proto__":{"z":1,"a":2}}'],
    ['astral names, which come before some that are not', '{"\ufb01":1,"😀":2}'],
    ['control characters and quotes', '{"b":"\\u0000\\u001f\\"\\\\/\\u007f","a":"\\b\\f\\n\\r\\t"}'],
    ['what looks like a lone surrogate', '{"a":"\\\\ud800"}'],
    ['numbers that are written in many ways', '{"b":[1e2,1.0,-0,1E400e0]}'.replace('1E400e0', '1e-400')],
  ])('is that of the library for %s', (_, text) => {
    const data = Object(parseJson(text));
    expect(canonicalForm(data)).toBe(canonicalize(data));
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalForm({ b: undefined, a: { d: 1, c: undefined } })).toBe('{"a":{"d":1}}');
  });

  it.each([
    ['a lone surrogate', { a: '\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['a number that JSON has not', { a: Number.NaN }],
    ['a number beyond a double', { a: [Number.POSITIVE_INFINITY] }],
  ])('is none of %s', (_, data) => {
    expect(() => canonicalForm(data)).toThrow();
  });

  it('leaves the value as it is', () => {
    const data = { b: [{ d: 1, c: 2 }], a: 1 };
    canonicalForm(data);
    expect(JSON.stringify(data)).toBe('{"b":[{"d":1,"c":2}],"a":1}');
  });
});
