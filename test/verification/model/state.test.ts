import { expect, test } from 'vitest';
import { copyOf, hashOf, isSame, sortUnordered } from '../../../verification/model/checker/state.ts';

const state = () => ({ queue: [{ id: 1, visible: true }], record: null, name: 'A', counts: [0, 1] });

test('a copy shares nothing with what it was copied from', () => {
  const first = state();
  const copy = copyOf(first);
  expect(copy).toEqual(first);
  for (const message of copy.queue) message.visible = false;
  copy.counts.push(2);
  expect(first).toEqual(state());
});

test('the hash tells apart what differs, and only that', () => {
  const all = [
    state(),
    { ...state(), name: 'B' },
    { ...state(), counts: [1, 0] },
    { ...state(), counts: [0, 1, 0] },
    { ...state(), queue: [] },
    { ...state(), queue: [{ id: 1, visible: false }] },
    [1, [2]],
    [[1], 2],
    [[1, 2]],
    [1, 2],
    { one: 1, two: { three: 2 } },
    { one: { two: 1 }, three: 2 },
    [null],
    [false],
    [0],
    [''],
    [],
  ];
  expect(new Set(all.map(hashOf)).size).toBe(all.length);
  expect(hashOf(state())).toBe(hashOf(state()));
});

test('numbers that follow each other do not collide', () => {
  const hashes = new Set<number>();
  for (let one = 0; one < 300; one++) for (let other = 0; other < 300; other++) hashes.add(hashOf([one, other]));
  expect(hashes.size).toBe(90_000);
});

test('what has no order is sorted the same way, wherever it came from', () => {
  const items = ['read', 'mark', 'ack'].map((at) => ({ at, doomed: false }));
  const turned = items.toReversed();
  sortUnordered(items);
  sortUnordered(turned);
  expect(turned).toEqual(items);
});

test('plain data is the same when all its fields are', () => {
  expect(isSame(state(), state())).toBe(true);
  expect(isSame(state(), { ...state(), counts: [0, 2] })).toBe(false);
  expect(isSame(state(), { ...state(), counts: [0] })).toBe(false);
  expect(isSame(null, state())).toBe(false);
});
