import fc from 'fast-check';
import { Binary, BSON, Decimal128, Int32, Long, ObjectId, Timestamp } from 'mongodb';
import { expect, test } from 'vitest';
import { mostBytes } from '../../../../lib/adapters/mongo/document-bytes.ts';

const leaves = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 990, maxLength: 1100 }),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.constantFrom(
    new ObjectId(),
    Decimal128.fromString('1.5'),
    Long.fromNumber(7),
    new Int32(1),
    new Timestamp(1n),
    new Binary(new Uint8Array(40)),
    /^a.*z$/i,
  ),
);
const names = fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => name.replaceAll('\0', '_'));
const { tree: documents } = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaves, fc.array(tie('value'), { maxLength: 8 }), tie('tree')),
  tree: fc.dictionary(names, tie('value'), { maxKeys: 8 }),
}));

test('no document is larger than is said, nor many times smaller', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const bytes = BSON.serialize(document, { ignoreUndefined: true }).length;
      expect(mostBytes(document)).toBeGreaterThanOrEqual(bytes);
      expect(mostBytes(document)).toBeLessThanOrEqual(20 + 5 * bytes);
    }),
  );
});

test.each([
  ['a list', { '': Array(1000).fill(true) }],
  ['lists in lists', { a: [[[]]] }],
  ['a name of other letters', { '€': 1.5 }],
  ['names alone', Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`€${n}`, null]))],
  ['no members', {}],
])('%s is no larger than is said, and no text hides it', (_, document) => {
  expect(mostBytes(document)).toBeGreaterThanOrEqual(BSON.serialize(document).length);
});

test('of a long text each byte is counted', () => {
  const document = { text: 'x'.repeat(5_000_000) };
  expect(mostBytes(document)).toBeLessThan(BSON.calculateObjectSize(document) + 50);
});
