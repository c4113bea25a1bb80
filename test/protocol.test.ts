import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What may come between two steps of the protocol, and must do no harm. */
const interleavings = [
  'taken e-mail in a handler',
  'zombie of replay 0 against replay 1',
  'two ids that join alike',
  'two payloads under one id with Redis down',
  'a publish whose answer was lost',
  'crash between DLQ send and ack',
  'crash between commit and projection',
  'guard expired',
  'batch with 20 % copies',
  'process killer among nine neighbours',
  'slow query that looks like an outage',
  'outage longer than visibility',
  'redelivery after the result key expired',
  'deduplication id swallowing a replay',
  'follower hidden longer than its head',
  'new ingest, old consumer',
  'retention of the DLQ',
  'id reused after the first settled',
  'data with a key `_bsontype`',
  'a confirm that comes after its claim expired',
];

/** Its decisions: what breaks without one is in verification/mutants/protocol. */
const decisions = Array.from({ length: 17 }, (_, index) => `[D${index + 1}]`);

/** Of tests and of what they are in, as the files write them; none of a test that is skipped. */
function titlesOf(source: string): string[] {
  const begins =
    /(?:\b(?:test|it|describe)(?:\.(?:each|concurrent|sequential))?|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,/g;
  return [...source.matchAll(begins)].map(([, , title = '']) => title.replace(/\\(.)/g, '$1'));
}

const titles = globSync('**/*.test.ts', { cwd: import.meta.dirname }).flatMap((file) =>
  titlesOf(readFileSync(join(import.meta.dirname, file), 'utf8')),
);
const without = (names: readonly string[]) => names.filter((name) => !titles.some((title) => title.includes(name)));

test('titles are read as they are written', () => {
  const source = [
    "test('a', () => {});",
    "  it.each([1, 2])('b \\'%s\\'', () => {});",
    "test.each<[string]>([['x']])('c', () => {});",
    "describe('d', () => { test.skip('e', () => {}); test.todo('f'); });",
    'test(\n  `g`,\n  () => {});',
    "call('h'); // a test('i') of old",
  ].join('\n');
  expect(titlesOf(source)).toEqual(['a', "b '%s'", 'c', 'd', 'g']);
});

test('every interleaving that the protocol answers has a test by its name', () => {
  expect(without(interleavings)).toEqual([]);
});

test('every decision of the protocol has a test by its name', () => {
  expect(without(decisions)).toEqual([]);
});
