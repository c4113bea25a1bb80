import fc from 'fast-check';

const operators = ['{"$ne":null}', '$ne', '[$ne]', '$where', '$gt', '{"$gt":""}', 'this.a', '.*', '/./', '*'];
export const prototypes = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '_bsontype',
];
const tenants = ['mine', 'theirs', 'local', '*', 'null', 'undefined', 'admin'];
const forms = [
  '',
  ' ',
  '~',
  '.',
  '..',
  '%2e%2e',
  '%00',
  '\0',
  '\u2028',
  '\ufeff',
  '😀',
  "'",
  '"',
  '\\',
  '0',
  '-1',
  'null',
];
const times = ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2026-02-30T00:00:00Z'];
const words = ['open', 'replayed', 'failed', 'permanent', 'settled', 'key.created', 'note.kept', 'job.run'];
export const parameters = [
  ...['tenant', 'type', 'status', 'since', 'until', 'limit', 'cursor', 'cause', 'code', 'group', 'source', 'order'],
  ...['id', 'by', 'action', 'filter', 'ids'],
];
export const members = [
  ...['filter', 'dryRun', 'rate', 'data', 'reason', 'name', 'scopes', 'types', 'sources', 'expires', 'tenant'],
  ...['overlap', 'waits', 'disabled', 'type', 'id', 'source', 'subject', 'time', 'partitionkey', 'replayof', 'key'],
];
const scopes = ['events:read', 'keys:write', 'operator', 'catalogue:read', 'admin', '*'];

/** What may stand where a text is sought. @param known ids and cursors, of its own and of others */
export const strangeText = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...operators, ...prototypes, ...tenants, ...forms, ...times, ...words),
    fc.string({ maxLength: 12 }),
    fc.constantFrom('x'.repeat(600), '%', '%zz', 'a'.repeat(70)),
  );

/** Anything that JSON can carry, with operators and names of prototypes wherever an object may stand. */
export function strangeValue(text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const operator = fc.constantFrom('$ne', '$gt', '$in', '$where', '$regex', '$expr', '$or', ...prototypes);
  const leaf = fc.oneof(text, fc.constantFrom(null, true, 0, -1, 1.5, 1e300));
  const object = fc.dictionary(fc.oneof(operator, fc.constantFrom(...members)), leaf, { maxKeys: 2 });
  return fc.oneof(leaf, object, fc.array(fc.oneof(leaf, object), { maxLength: 3 }), fc.constantFrom([scopes], scopes));
}
