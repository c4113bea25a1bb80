import { afterAll, describe, expect, test } from 'vitest';
import type { Announcement } from '../../../../lib/ports/generations.ts';
import type { ProjectionCommands } from '../../../../lib/ports/projections.ts';
import { rebuild } from '../../../../lib/projections/rebuild/rebuild.ts';
import type { Declared } from '../../../../lib/projections/rebuild/survey.ts';
import { localKeys } from '../../../support/local-space.ts';
import { type RebuildWorld, rebuildWorld } from '../../../support/rebuild-world.ts';
import { openEngine } from '../../adapters/redis/engine.ts';

const { generationsKey, projectionKey } = localKeys;

const engine = await openEngine();
afterAll(() => engine.stop());

const DAY_MS = 86_400_000;
const declared: Declared = {
  visits: { kind: 'counter' },
  daily: { kind: 'counter', keepDays: 10 },
  pages: { kind: 'hash' },
  tops: { kind: 'sorted-set' },
  visitors: { kind: 'hyperloglog' },
  members: { kind: 'set' },
};
const make = () => rebuildWorld(engine, { declared });
const commands = (projection: string, ...list: ProjectionCommands['commands']): ProjectionCommands => {
  const keepDays = declared[projection]?.keepDays;
  return { projection, commands: list, ...(keepDays !== undefined && { keepSeconds: keepDays * 86_400 }) };
};
const read = ({ tenant, ports }: RebuildWorld, projection: string, key: string) =>
  ports.projections.read(tenant, projection, declared[projection]?.kind ?? 'counter', [key]);
const current = async ({ tenant }: RebuildWorld, projection: string) =>
  (await engine.redis.get(generationsKey(tenant, projection)))?.split(',')[0] ?? '0';

test('structures of every kind come back', async () => {
  const world = make();
  const members = Array.from({ length: 3000 }, (_, index) => `v${index}`);
  world.records.settle(
    world.event('a', {
      projections: [
        commands('visits', ['INCRBY', 'all', '-3'], ['INCRBY', 'all', '9007199254740991']),
        commands('pages', ['HINCRBY', 'day', '__proto__', '2'], ['HINCRBY', 'day', 'é', '0']),
        commands('tops', ['ZINCRBY', 'top', '5', 'x y'], ['ZINCRBY', 'top', '-1', 'z']),
        commands('visitors', ['PFADD', 'day', ...members]),
        commands('members', ['SADD', 'all', ...members]),
      ],
    }),
  );
  expect(await world.differences()).not.toEqual([]);
  await world.rebuild();
  expect(await world.differences()).toEqual([]);
  expect(await read(world, 'visits', 'all')).toBe(9007199254740988);
  expect(await read(world, 'tops', 'top')).toEqual([
    { member: 'x y', score: 5 },
    { member: 'z', score: -1 },
  ]);
});

describe('keys that are kept for days', () => {
  const at = (days: number) => Date.now() - days * DAY_MS;
  const daily = (world: RebuildWorld, key: string, days: number, by = '1') =>
    world.records.settle(
      world.event(key, { settledAt: at(days), projections: [commands('daily', ['INCRBY', 'd', by])] }),
    );

  /** As the declaration was then: kept so many days, or for ever. */
  const kept = (world: RebuildWorld, key: string, days: number, keepDays: number | undefined) =>
    world.records.settle(
      world.event(key, {
        settledAt: at(days),
        projections: [
          {
            projection: 'daily',
            commands: [['INCRBY', 'd', '1']],
            ...(keepDays !== undefined && { keepSeconds: keepDays * 86_400 }),
          },
        ],
      }),
    );

  test('end when they would have: so long after their last change', async () => {
    const world = make();
    daily(world, 'b', 12);
    daily(world, 'a', 4);
    daily(world, 'c', 6);
    await world.rebuild();
    expect(await read(world, 'daily', 'd')).toBe(3);
    const left = await engine.redis.pttl(projectionKey(world.tenant, 'daily', await current(world, 'daily'), 'd'));
    expect(left / DAY_MS).toBeCloseTo(6, 2);
  });

  test('do not come back when that is past', async () => {
    const world = make();
    daily(world, 'a', 11);
    daily(world, 'b', 15);
    expect(await world.rebuild()).toMatchObject([{ records: 2, keys: 0 }]);
    expect(await read(world, 'daily', 'd')).toBe(0);
    expect(await world.differences()).toEqual([]);
  });

  test('began anew where they had ended before the next change', async () => {
    const world = make();
    daily(world, 'a', 40, '100');
    daily(world, 'b', 3);
    daily(world, 'c', 30, '100');
    daily(world, 'd', 12);
    await world.rebuild();
    expect(await read(world, 'daily', 'd')).toBe(2);
    expect(await world.differences()).toEqual([]);
  });

  test('live on when a consumer changes them while they are built', async () => {
    const world = make();
    daily(world, 'a', 9);
    const now = world.event('z', { projections: [commands('daily', ['INCRBY', 'd', '1'])] });
    const { generations } = world.ports;
    const announce: typeof generations.announce = async (...args) => {
      const announced = await generations.announce(...args);
      world.records.settle(now);
      await world.apply(now);
      return announced;
    };
    await world.rebuild({ generations: { ...generations, announce } });
    expect(await read(world, 'daily', 'd')).toBe(2);
    const left = await engine.redis.pttl(projectionKey(world.tenant, 'daily', await current(world, 'daily'), 'd'));
    expect(left / DAY_MS).toBeCloseTo(10, 2);
  });

  test('do not come back when that is past, though they were kept for ever before', async () => {
    const world = make();
    kept(world, 'a', 30, undefined);
    kept(world, 'b', 12, 10);
    expect(await world.rebuild()).toMatchObject([{ records: 2, keys: 0 }]);
    expect(await world.differences()).toEqual([]);
  });

  test('end when the last change says, though an earlier one said later', async () => {
    const world = make();
    kept(world, 'b', 3, 5);
    kept(world, 'a', 4, 30);
    kept(world, 'c', 6, undefined);
    await world.rebuild();
    expect(await read(world, 'daily', 'd')).toBe(3);
    const left = await engine.redis.pttl(projectionKey(world.tenant, 'daily', await current(world, 'daily'), 'd'));
    expect(left / DAY_MS).toBeCloseTo(2, 2);
  });

  test('stay whole where the last change keeps them for ever', async () => {
    const world = make();
    kept(world, 'a', 12, 10);
    kept(world, 'b', 5, undefined);
    await world.rebuild();
    expect(await read(world, 'daily', 'd')).toBe(2);
    expect(await engine.redis.pttl(projectionKey(world.tenant, 'daily', await current(world, 'daily'), 'd'))).toBe(-1);
  });
});

describe('a key that would end while it is built', () => {
  const MINUTE_MS = 60_000;
  const change = (world: RebuildWorld, key: string, settledAt: number, by: string) =>
    world.event(key, { settledAt, projections: [commands('daily', ['INCRBY', 'd', by])] });

  /** Rebuilds a key that ends a minute after both surveys; the records are walked over five minutes after them. */
  async function rebuildSlowly(world: RebuildWorld, change: (ends: number) => Promise<void>): Promise<void> {
    const ends = Date.now() + MINUTE_MS;
    let [late, walks] = [0, 0];
    const { records, clock } = world.ports;
    await world.rebuild({
      records: {
        ...records,
        async *pages() {
          if (++walks === 3) {
            await change(ends);
            late = 5 * MINUTE_MS;
          }
          yield* records.pages();
        },
      },
      clock: { ...clock, now: () => clock.now() + late },
    });
    expect(walks).toBeGreaterThanOrEqual(3);
  }

  test('holds all that it held where it was changed in time, whatever is read first', async () => {
    for (const name of ['z', '0']) {
      const world = make();
      const ends = Date.now() + MINUTE_MS;
      world.records.settle(change(world, 'a', ends - 12 * DAY_MS, '1'));
      world.records.settle(change(world, 'b', ends - 10 * DAY_MS, '10'));
      await rebuildSlowly(world, async (end) => {
        const inTime = change(world, name, end - MINUTE_MS / 2, '100');
        world.records.settle(inTime);
        await world.apply(inTime);
      });
      expect(await read(world, 'daily', 'd')).toBe(111);
      expect(await world.records.projected(['a', 'b', name])).toEqual(new Set(['a', 'b', name]));
    }
  });

  test('holds all that it held where it was changed in time, before consumers knew of the rebuild', async () => {
    const world = make();
    const ends = Date.now() + MINUTE_MS;
    world.records.settle(change(world, 'b', ends - 10 * DAY_MS, '10'));
    const inTime = change(world, 'z', ends - MINUTE_MS / 2, '100');
    const earlierApplied = Promise.withResolvers<void>();
    const { generations } = world.ports;
    const announce: typeof generations.announce = async (...args) => {
      world.records.settle(inTime);
      await world.apply(inTime);
      return generations.announce(...args);
    };
    const apply: typeof generations.apply = async (to, key, ...rest) => {
      if (key === 'z') await earlierApplied.promise.then(() => pass(to));
      const end = await generations.apply(to, key, ...rest);
      if (key === 'b') earlierApplied.resolve();
      return end;
    };
    /** So long that it ends, unless it was kept for longer. */
    const pass = async ({ tenant, projection, coming }: Announcement): Promise<void> => {
      const key = projectionKey(tenant, projection, coming, 'd');
      if ((await engine.redis.pttl(key)) < 5 * MINUTE_MS) await engine.redis.del(key);
    };
    await world.rebuild({ generations: { ...generations, announce, apply } });
    expect(await read(world, 'daily', 'd')).toBe(110);
  });

  test('holds what came since where it had ended before', async () => {
    const world = make();
    const ends = Date.now() + MINUTE_MS;
    world.records.settle(change(world, 'b', ends - 10 * DAY_MS, '10'));
    await rebuildSlowly(world, async (end) => {
      const late = change(world, 'z', end + MINUTE_MS, '100');
      world.records.settle(late);
      await world.apply(late);
    });
    expect(await read(world, 'daily', 'd')).toBe(100);
  });

  test('ends where nothing changed it', async () => {
    const world = make();
    world.records.settle(change(world, 'b', Date.now() + MINUTE_MS - 10 * DAY_MS, '10'));
    await rebuildSlowly(world, async () => undefined);
    expect(await read(world, 'daily', 'd')).toBe(0);
  });
});

describe('records that have expired', () => {
  test('a key that no record tells of any more is carried over as it is, with its expiry', async () => {
    const world = make();
    const old = world.event('old', { projections: [commands('daily', ['INCRBY', 'may', '7'])] });
    await world.apply(old);
    const young = world.event('young', { projections: [commands('daily', ['INCRBY', 'june', '1'])] });
    world.records.settle(young);
    await world.apply(young);
    expect(await world.rebuild()).toMatchObject([{ projection: 'daily', records: 1, keys: 1, carried: 1 }]);
    expect([await read(world, 'daily', 'may'), await read(world, 'daily', 'june')]).toEqual([7, 1]);
    const key = projectionKey(world.tenant, 'daily', await current(world, 'daily'), 'may');
    expect(await engine.redis.pttl(key)).toBeGreaterThan(9 * DAY_MS);
  });

  test('a check names such a key only where its records must still be there', async () => {
    const world = make();
    const old = [commands('daily', ['INCRBY', 'may', '7']), commands('visits', ['INCRBY', 'may', '7'])];
    await world.apply(world.event('old', { projections: old }));
    expect(await world.differences()).toMatchObject([{ projection: 'daily', key: 'may', expected: 0, found: 7 }]);
  });
});

describe('a projection of another kind', () => {
  test('that Redis refused is right after a rebuild, also what came while it was built', async () => {
    const world = make();
    await world.ports.projections.apply(world.tenant, 'before', [commands('visits', ['SADD', 'all', 'x'])]);
    const visit = (key: string) => world.event(key, { projections: [commands('visits', ['INCRBY', 'all', '1'])] });
    world.records.settle(visit('a'));
    await expect(world.apply(visit('a'))).rejects.toThrow('WRONGTYPE');
    const { generations } = world.ports;
    const announce: typeof generations.announce = async (...args) => {
      const announced = await generations.announce(...args);
      world.records.settle(visit('b'));
      await expect(world.apply(visit('b'))).rejects.toThrow('WRONGTYPE');
      return announced;
    };
    await world.rebuild({ generations: { ...generations, announce } });
    expect(await read(world, 'visits', 'all')).toBe(2);
    await world.apply(visit('b'));
    expect(await read(world, 'visits', 'all')).toBe(2);
  });

  test('is not carried over', async () => {
    const world = make();
    await world.ports.projections.apply(world.tenant, 'before', [commands('visits', ['SADD', 'old', 'x'])]);
    world.records.settle(world.event('a', { projections: [commands('visits', ['INCRBY', 'all', '1'])] }));
    expect(await world.rebuild()).toMatchObject([{ projection: 'visits', keys: 1, carried: 0 }]);
    expect(await world.differences()).toEqual([]);
  });

  test('that records of an older declaration tell of is left out and counted; their record stays pending', async () => {
    const world = make();
    world.records.settle(world.event('old', { projections: [commands('visits', ['HINCRBY', 'all', 'x', '1'])] }));
    world.records.settle(world.event('new', { projections: [commands('visits', ['INCRBY', 'all', '1'])] }));
    expect(await world.rebuild()).toMatchObject([{ records: 2, refused: 1, keys: 1 }]);
    expect(await read(world, 'visits', 'all')).toBe(1);
    expect(await world.records.projected(['old', 'new'])).toEqual(new Set(['new']));
  });

  test('is whole where a rebuild of the kind before died on the way, and this one goes on with its generation', async () => {
    const before = rebuildWorld(engine, { declared: { visits: { kind: 'hash' } } });
    const visit = (key: string) => before.event(key, { projections: [commands('visits', ['INCRBY', 'all', '1'])] });
    before.records.settle(visit('a'));
    before.records.settle(
      before.event('old', { projections: [{ projection: 'visits', commands: [['HINCRBY', 'h', 'x', '1']] }] }),
    );
    const { generations } = before.ports;
    const dies = { ...generations, switch: () => Promise.reject(new Error('died')) };
    await expect(before.rebuild({ generations: dies })).rejects.toThrow('died');
    expect(await rebuild(before.ports, { declared })).toMatchObject([{ projection: 'visits', refused: 1 }]);
    expect(await before.ports.projections.read(before.tenant, 'visits', 'counter', ['all'])).toBe(1);
    expect(await before.records.projected(['a', 'old'])).toEqual(new Set(['a']));
  });

  test('is not what a rebuild that died on the way leaves to this one', async () => {
    const before = rebuildWorld(engine, { declared: { visits: { kind: 'hash' } } });
    const settle = (key: string, ...command: ProjectionCommands['commands'][number]) =>
      before.records.settle(before.event(key, { projections: [{ projection: 'visits', commands: [command] }] }));
    settle('old', 'HINCRBY', 'all', 'x', '1');
    const { generations } = before.ports;
    const dies = { ...generations, switch: () => Promise.reject(new Error('died')) };
    await expect(before.rebuild({ generations: dies })).rejects.toThrow('died');
    settle('a', 'INCRBY', 'all', '1');
    expect(await rebuild(before.ports, { declared })).toMatchObject([{ projection: 'visits', refused: 1 }]);
    expect(await before.ports.projections.read(before.tenant, 'visits', 'counter', ['all'])).toBe(1);
  });

  test('that no definition declares any more is left alone', async () => {
    const world = make();
    const gone = { projection: 'gone', commands: [['INCRBY', 'all', '1']] } as const;
    await world.apply(world.event('a', { projections: [gone] }));
    world.records.settle(world.event('a', { projections: [gone, commands('visits', ['INCRBY', 'all', '1'])] }));
    expect(await world.rebuild()).toMatchObject([{ projection: 'visits' }]);
    expect(await engine.redis.get(projectionKey(world.tenant, 'gone', '0', 'all'))).toBe('1');
  });
});
