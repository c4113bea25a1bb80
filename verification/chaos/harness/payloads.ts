import fc from 'fast-check';

/** Characters that somebody on the way may change, refuse or cut off: for XML, for UTF-8, for UTF-16, for C. */
const delicate = fc.constantFrom(
  '\0',
  '\u0001',
  '\u0008',
  '\t',
  '\n',
  '\u000b',
  '\r',
  '\u001f',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\ud7ff',
  '\ue000',
  '\ufdd0',
  '\ufeff',
  '\ufffd',
  '\ufffe',
  '\uffff',
  '😀',
  '\u{1fffe}',
  '\u{10ffff}',
  'e\u0301',
  '"',
  '\\',
  '/',
  '$',
  '.',
  '<',
);
const text = fc.string({
  unit: fc.oneof(delicate, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
  maxLength: 60,
});
/** I-JSON has no NUL in a key (docs/http.md). */
const key = fc.oneof(
  text.map((name) => name.replaceAll('\0', '')),
  fc.constantFrom('_bsontype', '$ne', '$where', 'a.b', 'constructor', 'toString', '_id', 'tenant', ''),
);
const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, 0.1, 1e21, 5e-324, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, -1),
  )
  .map((value) => (Object.is(value, -0) ? 0 : value));

/** `__proto__` as a key of data is refused by contract. */
const withoutPrototype = (object: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== '__proto__'));

/** Any JSON up to about 4 KB. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 6 }),
  object: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }).map(withoutPrototype),
})).value;

/** @returns values that a seed decides */
export const sampleJson = (seed: number, count: number): unknown[] => fc.sample(anyJson, { seed, numRuns: count });
