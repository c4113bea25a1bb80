import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeNames, closeNamesOf } from '../../../lib/core/close-names.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

/** The plain form: every distance in full. */
const plainly = (name: string, known: readonly string[]): string[] =>
  known
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);

function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

const names = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '.', 'A'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 20, maxLength: 30 }),
);

test('names are as close as every distance in full says, in the same order', () => {
  fc.assert(
    fc.property(names, fc.array(names, { maxLength: 12 }), (name, known) => {
      expect(closeNames(name, known)).toEqual(plainly(name, known));
    }),
    { numRuns: 2000 },
  );
});

test('a thousand names that are nothing like two hundred known ones cost next to nothing', () => {
  const known = Array.from({ length: 200 }, (_, n) => `orders.shipment.status.${n}.changed`);
  const before = process.cpuUsage();
  for (let n = 0; n < 1000; n++) expect(closeNames(`${n}`.padStart(100, 'orders.shipment.'), known)).toEqual([]);
  expect(process.cpuUsage(before).user).toBeLessThan(800_000);
});

test('of a request each name is looked for once, and no more than twenty', () => {
  const closeTo = closeNamesOf(['parcel.sent']);
  for (let turn = 0; turn < 100; turn++) expect(closeTo('parcel.sen')).toEqual(['parcel.sent']);
  for (let n = 1; n < 20; n++) expect(closeTo(`parcel.sent${n}`)).toEqual(['parcel.sent']);
  expect(closeTo('parcel.sent20')).toEqual([]);
  expect(closeTo('parcel.sen')).toEqual(['parcel.sent']);
});

test('names of a request that are as long as known ones and nearly close to them cost little', () => {
  const alike = (n: number, rest: string) => `${'a'.repeat(62)}${n}`.padEnd(100, rest);
  const closeTo = closeNamesOf(Array.from({ length: 200 }, (_, n) => alike(n, 'bcd')));
  const before = process.cpuUsage();
  for (let n = 0; n < 1000; n++) closeTo(alike(n, 'xyz'));
  expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
});

test('suggestions of one request are bounded, however many events of unknown types it has', async () => {
  const { body } = await ingestWorld().post(
    Array.from({ length: 30 }, (_, n) => ({ type: `parcel.sent${n}`, data: {} })),
  );
  expect(JSON.stringify(body).match(/is it parcel\.sent/g)).toHaveLength(20);
});
