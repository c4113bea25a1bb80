import { describe, expect, test } from 'vitest';
import { uuidV7 } from '../../client/uuid-v7.ts';
import { chunks, eventPath, outgoing } from '../../client/wire.ts';

describe('an event on the wire', () => {
  test('gets a UUIDv7 for an id, and no time that would make a repeat another event', () => {
    const { id, text } = outgoing({ type: 'sample.taken', data: { series: 'a' } }, Date.now());
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(JSON.parse(text)).toEqual({ type: 'sample.taken', data: { series: 'a' }, id });
  });

  test('keeps the id it was given, and carries extension attributes beside the others', () => {
    const { id, text } = outgoing({ type: 'sample.taken', data: 1, id: 'a', extensions: { tab: 3 } }, Date.now());
    expect(id).toBe('a');
    expect(JSON.parse(text)).toEqual({ type: 'sample.taken', data: 1, id: 'a', tab: 3 });
  });

  test('an extension cannot take the place of an attribute', () => {
    const { text } = outgoing({ type: 'a.b', data: 1, extensions: { type: 'c.d', id: 'x', data: 2 } }, Date.now());
    expect(JSON.parse(text)).toMatchObject({ type: 'a.b', data: 1, id: expect.not.stringMatching(/^x$/) });
  });
});

test('a UUIDv7 begins with its milliseconds, so that later ones sort later', () => {
  const at = Date.parse('2026-11-23T12:00:00.123Z');
  expect(Number.parseInt(uuidV7(at).replace('-', '').slice(0, 12), 16)).toBe(at);
  expect([uuidV7(at + 1), uuidV7(at)].sort()[0]?.slice(0, 13)).toBe(uuidV7(at).slice(0, 13));
  expect(new Set(Array.from({ length: 1000 }, () => uuidV7(at))).size).toBe(1000);
});

describe('cutting into requests', () => {
  const event = (id: number, size = 10) => outgoing({ type: 'a.b', data: 'x'.repeat(size), id: String(id) }, 0);
  const sizes = (count: number, size?: number) =>
    chunks(Array.from({ length: count }, (_, id) => event(id, size))).map(({ length }) => length);

  test.each([
    ['nothing', 0, 10, []],
    ['a thousand events', 1000, 10, [1000]],
    ['one more', 1001, 10, [1000, 1]],
    ['large events', 5, 1_000_000, [2, 2, 1]],
    ['an event beyond every limit, alone', 1, 3_000_000, [1]],
  ])('%s', (_, count, size, expected) => {
    expect(sizes(count, size)).toEqual(expected);
  });

  test('keeps the order, and counts bytes, not characters', () => {
    const euros = Array.from({ length: 3 }, (_, id) =>
      outgoing({ type: 'a.b', data: '€'.repeat(400_000), id: `${id}` }, 0),
    );
    expect(chunks(euros).map((chunk) => chunk.map(({ id }) => id))).toEqual([['0', '1'], ['2']]);
  });
});

describe('the path of an event', () => {
  test.each([
    ['0193-a.b_c:d@e', undefined, '/events/0193-a.b_c:d@e'],
    ['a/b?c d', undefined, '/events/~?id=a%2Fb%3Fc%20d'],
    ['~', undefined, '/events/~?id=%7E'],
    ['é+', undefined, '/events/~?id=%C3%A9%2B'],
    // A URL has no such segments: the path of another thing would be left.
    ['.', undefined, '/events/~?id=.'],
    ['..', '/pos/1', '/events/~?id=..&source=%2Fpos%2F1'],
    ['...', undefined, '/events/...'],
    ['a', '/pos/1', '/events/a?source=%2Fpos%2F1'],
    ['a/b', '/pos/1', '/events/~?id=a%2Fb&source=%2Fpos%2F1'],
  ])('%s of %s', (id, source, expected) => {
    expect(eventPath(id, source)).toBe(expected);
  });
});
