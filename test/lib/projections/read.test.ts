import { describe, expect, test } from 'vitest';
import type { Projections } from '../../../lib/ports/projections.ts';
import { projectionReader, readProjection } from '../../../lib/projections/read.ts';
import type { ProjectionKind, ProjectionValues } from '../../../lib/sdk/projection.ts';

const declared = {
  turnover: { kind: 'counter' },
  visitors: { kind: 'hyperloglog' },
  top: { kind: 'sorted-set' },
  views: { kind: 'hash' },
  seen: { kind: 'set' },
} as const;

/** Remembers what it was asked, and answers so, whatever the kind reads as. */
const answering = (answer?: unknown) => {
  const asked: unknown[] = [];
  const read: Projections['read'] = async <Kind extends ProjectionKind>(...question: unknown[]) => {
    asked.push(question);
    return answer as ProjectionValues[Kind];
  };
  return { asked, read };
};

describe('reading a projection by name', () => {
  test('asks for the tenant, the structure and the kind that was declared', async () => {
    const port = answering([{ member: 'lamp', score: 2 }]);
    const query = { projection: 'top', kind: 'sorted-set', keys: ['all-time'], limit: 3 } as const;
    expect(await readProjection(port, declared, 'acme', query)).toEqual([{ member: 'lamp', score: 2 }]);
    expect(port.asked).toEqual([['acme', 'top', 'sorted-set', ['all-time'], 3]]);
  });

  test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e20])(
    'a limit that is no number of members is misuse, and Redis is asked nothing: %s',
    async (limit) => {
      const port = answering([]);
      const reader = projectionReader(port, declared, 'acme');
      await expect(reader.sortedSet('top', 'all-time', limit)).rejects.toMatchObject({
        code: 'projection-misused',
        retryable: false,
        message: 'projection top: the limit is an integer, 0 or more',
      });
      expect(port.asked).toEqual([]);
    },
  );

  test('its value has the type of the kind', async () => {
    const turnover = await readProjection(answering(7), declared, 'acme', {
      projection: 'turnover',
      kind: 'counter',
      keys: ['2026-11-23:EUR'],
    });
    turnover satisfies number;
    // @ts-expect-error a counter is no hash
    turnover satisfies Record<string, number>;
    expect(turnover).toBe(7);
  });

  test.each([
    ['one that nobody declares', 'profit', 'counter', 'no event type declares the projection profit; known: turnover,'],
    ['a name of every object', 'constructor', 'counter', 'no event type declares the projection constructor'],
    ['one of another kind', 'turnover', 'hash', 'the projection turnover is a counter, not a hash'],
  ] as const)('refuses %s before it asks', async (_, projection, kind, message) => {
    const port = answering();
    const reading = readProjection(port, declared, 'acme', { projection, kind, keys: ['a'] });
    await expect(reading).rejects.toMatchObject({
      code: 'projection-unknown',
      message: expect.stringContaining(message),
    });
    expect(port.asked).toEqual([]);
  });
});

test('the reader of a handler reads each kind for its own tenant', async () => {
  const port = answering();
  const reader = projectionReader(port, declared, 'acme');
  await reader.counter('turnover', 'd');
  await reader.hash('views', 'd');
  await reader.sortedSet('top', 'd');
  await reader.sortedSet('top', 'd', 5);
  await reader.hyperloglog('visitors', 'd', 'e');
  await reader.set('seen', 'd');
  expect(port.asked).toEqual([
    ['acme', 'turnover', 'counter', ['d'], undefined],
    ['acme', 'views', 'hash', ['d'], undefined],
    ['acme', 'top', 'sorted-set', ['d'], undefined],
    ['acme', 'top', 'sorted-set', ['d'], 5],
    ['acme', 'visitors', 'hyperloglog', ['d', 'e'], undefined],
    ['acme', 'seen', 'set', ['d'], undefined],
  ]);
});
