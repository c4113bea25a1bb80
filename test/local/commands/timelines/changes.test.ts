import { expect, test } from 'vitest';
import type { ProjectionDeclaration } from '../../../../lib/sdk/declarations.ts';
import {
  type ChangesOptions,
  changeDifferences,
  type Held,
  held,
} from '../../../../local/commands/timelines/changes.ts';

const declared: Record<string, ProjectionDeclaration> = {
  sold: { kind: 'counter' },
  views: { kind: 'hash' },
  top: { kind: 'sorted-set' },
  rooms: { kind: 'set' },
  visitors: { kind: 'hyperloglog' },
};
const days = ['2026-11-28', '2026-11-29', '2026-11-30'];
const mask = (text: string) => (text === '13' ? '<hour>' : text.replace('lamp-1', 'lamp-<word:lamp>'));

/** What lies in Redis, by projection and key, as its kind reads. */
function options(expected: ChangesOptions['expected'], stored: Record<string, unknown>): ChangesOptions {
  const read = async (tenant: string, projection: string, _: string, [key = '']: readonly string[]) => {
    expect(tenant).toBe('acme');
    return stored[`${projection} ${key}`] ?? 0;
  };
  return {
    tenant: 'acme',
    expected,
    declared,
    days,
    projections: { read: read as ChangesOptions['projections']['read'] },
  };
}
async function changed(
  expected: ChangesOptions['expected'],
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Promise<string[]> {
  const [was, is]: Held[] = [await held(options(expected, before)), await held(options(expected, after))];
  return changeDifferences(options(expected, {}), was ?? new Map(), is ?? new Map(), mask);
}

test.each([
  ['a counter', { sold: { '<day>:EUR': 7 } }, { 'sold 2026-11-29:EUR': 3 }, { 'sold 2026-11-29:EUR': 10 }],
  ['a counter over midnight', { sold: { '<day>': 7 } }, {}, { 'sold 2026-11-29': 3, 'sold 2026-11-30': 4 }],
  ['a hash', { views: { all: { '<hour>': 2 } } }, { 'views all': { 13: 1, 12: 5 } }, { 'views all': { 13: 3, 12: 5 } }],
  [
    'a sorted set',
    { top: { all: { 'lamp-<word:lamp>': 2 } } },
    { 'top all': [{ member: 'pen', score: 9 }] },
    {
      'top all': [
        { member: 'pen', score: 9 },
        { member: 'lamp-1', score: 2 },
      ],
    },
  ],
  ['a set', { rooms: { all: ['a', 'b'] } }, { 'rooms all': ['c'] }, { 'rooms all': ['b', 'c', 'a'] }],
  ['an estimate', { visitors: { all: 2 } }, { 'visitors all': 1000 }, { 'visitors all': 1001 }],
])('%s changes as it should', async (_, expected, before, after) => {
  expect(await changed(expected, before, after)).toEqual([]);
});

test.each([
  [{ sold: { all: 2 } }, {}, { 'sold all': 1 }, 'projections.sold.all: 1 in place of 2'],
  [{ views: { all: { a: 1 } } }, {}, { 'views all': { a: 1, b: 1 } }, 'projections.views.all.b: 1 in place of nothing'],
  [{ rooms: { all: ['a'] } }, {}, {}, 'projections.rooms.all: [] in place of ["a"]'],
  [
    { visitors: { all: 5 } },
    { 'visitors all': 10 },
    { 'visitors all': 11 },
    'projections.visitors.all: 1 in place of 5',
  ],
  [
    { visitors: { all: 1 } },
    { 'visitors all': 10 },
    { 'visitors all': 10 },
    'projections.visitors.all: 0 in place of 1',
  ],
])('%j from %j to %j is told', async (expected, before, after, line) => {
  expect(await changed(expected, before, after)).toEqual([line]);
});

test('a projection that nobody declares is no projection', async () => {
  await expect(held(options({ lost: { all: 1 } }, {}))).rejects.toThrow('no event type declares the projection lost');
});
