import { afterAll, describe, expect, test } from 'vitest';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { SettledRecord, SettledRecords } from '../../../../lib/ports/settled-records.ts';
import { localKeys, localSpace } from '../../../support/local-space.ts';
import { type Reading, type RebuildWorld, rebuildWorld } from '../../../support/rebuild-world.ts';
import { openEngine } from '../../adapters/redis/engine.ts';

const { generationsKey, guardKey, projectionKey } = localKeys;

const engine = await openEngine();
afterAll(() => engine.stop());

const DAY_MS = 86_400_000;
const SEVEN_DAYS_MS = 7 * DAY_MS;
const stored = ({ tenant }: RebuildWorld, projection = 'numbers') =>
  engine.redis.get(generationsKey(tenant, projection));
const sum = ({ tenant, ports }: RebuildWorld) => ports.projections.read(tenant, 'numbers', 'counter', ['sum']);

/** Settles, applies and confirms, as a consumer without mishap. */
async function consume(world: RebuildWorld, record: SettledRecord): Promise<void> {
  world.records.settle(record);
  await world.apply(record);
  await world.confirm(record);
}

/** Calls back before each walk over the records (the first is the survey) and after each page of the second. */
function watched(
  records: SettledRecords,
  on: { secondWalk?: () => Promise<void>; pageRead?: (page: number) => Promise<void> },
): SettledRecords {
  let walks = 0;
  return {
    ...records,
    async *pages() {
      const second = ++walks === 2;
      if (second) await on.secondWalk?.();
      let pages = 0;
      for await (const page of records.pages()) {
        yield page;
        if (second) await on.pageRead?.(++pages);
      }
    },
  };
}

describe('a rebuild', () => {
  test('makes of the records what Redis held, and leaves nothing of the generation before', async () => {
    const world = rebuildWorld(engine);
    for (const key of 'abcdefgh') await consume(world, world.event(key));
    await engine.redis.del(projectionKey(world.tenant, 'tops', '0', 'top'));
    await engine.redis.incrby(projectionKey(world.tenant, 'numbers', '0', 'sum'), 5);
    expect(await world.differences()).toMatchObject([{ expected: 8, found: 13 }, ...Array(8).fill({ found: null })]);
    expect(await world.rebuild()).toMatchObject([
      { projection: 'numbers', tenant: world.tenant, records: 8, keys: 1, carried: 0, refused: 0, byAnother: false },
      { projection: 'tops', records: 8, keys: 1 },
    ]);
    expect(await world.differences()).toEqual([]);
    expect(await engine.redis.keys(`{${localSpace}:${world.tenant}:*}:0:*`)).toEqual([]);
  });

  test('cuts the guards of what is confirmed to an hour, and keeps those of what is pending', async () => {
    const world = rebuildWorld(engine);
    await consume(world, world.event('a'));
    const pending = world.event('b');
    world.records.settle({ ...pending, projections: [...pending.projections, { projection: 'gone', commands: [] }] });
    await world.rebuild();
    const [generation = ''] = ((await stored(world)) ?? '').split(',');
    const ttl = (key: string) => engine.redis.pttl(guardKey(world.tenant, 'numbers', generation, key));
    expect(await ttl('a')).toBeLessThanOrEqual(3_600_000);
    expect(await ttl('b')).toBeGreaterThan(SEVEN_DAYS_MS - 60_000);
  });

  test('projections pending at the time are applied by it, marked so, and not once more by their message', async () => {
    const world = rebuildWorld(engine);
    const pending = world.event('a');
    world.records.settle(pending);
    await world.rebuild();
    expect(await sum(world)).toBe(1);
    expect(await world.records.projected(['a'])).toEqual(new Set(['a']));
    await world.apply(pending);
    expect(await sum(world)).toBe(1);
  });

  test.each([1, 2])(
    '%i that settled behind another rebuild, and that nobody applied, stays pending for its message',
    async (count) => {
      const world = rebuildWorld(engine);
      for (const key of 'ab') await consume(world, world.event(key));
      // Their consumer died between commit and projections, after the other had passed them by.
      const late = Array.from({ length: count }, (_, index) => world.event(`late-${index}`));
      const secondWalk = async () => {
        await world.rebuild();
        for (const one of late) world.records.settle(one);
      };
      const [first] = await world.rebuild({ records: watched(world.records, { secondWalk }) });
      expect(first).toMatchObject({ byAnother: true });
      expect(await world.records.projected(late.map(({ key }) => key))).toEqual(new Set());
      for (const one of late) {
        await world.apply(one);
        await world.confirm(one);
      }
      expect(await sum(world)).toBe(2 + count);
      expect(await world.differences()).toEqual([]);
    },
  );

  test('one that died is finished by the next, in the generation that it announced', async () => {
    const world = rebuildWorld(engine);
    for (const key of 'abcdef') await consume(world, world.event(key));
    const dies = watched(world.records, { pageRead: () => Promise.reject(new Error('it died')) });
    await expect(world.rebuild({ records: dies })).rejects.toThrow('it died');
    const [, coming] = ((await stored(world)) ?? '').split(',');
    await consume(world, world.event('g'));
    await world.rebuild();
    expect(await stored(world)).toBe(coming);
    expect(await world.differences()).toEqual([]);
  });

  test('an announcement of yesterday is replaced, because its guards may end before it is finished', async () => {
    const world = rebuildWorld(engine);
    const old = `${(Date.now() - DAY_MS - 1000).toString(36)}-0`;
    await engine.redis.set(generationsKey(world.tenant, 'numbers'), `0,${old}`);
    await consume(world, world.event('a'));
    await engine.redis.del(guardKey(world.tenant, 'numbers', old, 'a'));
    await world.rebuild();
    expect(await stored(world)).not.toBe(old);
    expect(await world.differences()).toEqual([]);
    expect(await engine.redis.keys(`{${localSpace}:${world.tenant}:*}:${old}:*`)).toEqual([]);
  });

  test('a generation that took a week is not switched to', async () => {
    const { tenant, ports } = rebuildWorld(engine);
    const coming = `${(Date.now() - SEVEN_DAYS_MS).toString(36)}-0`;
    await engine.redis.set(generationsKey(tenant, 'numbers'), `0,${coming}`);
    const announced = { tenant, projection: 'numbers', current: '0', coming };
    await expect(ports.generations.switch(announced, 'counter', [])).rejects.toThrow('too old');
    expect(await engine.redis.get(generationsKey(tenant, 'numbers'))).toBe(`0,${coming}`);
  });

  test('two at once share the work: all is applied once', async () => {
    const world = rebuildWorld(engine);
    for (const key of 'abcdefghijkl') await consume(world, world.event(key));
    const rows = await Promise.all([world.rebuild(), world.rebuild()]);
    expect(await world.differences()).toEqual([]);
    for (const row of rows) expect(row).toHaveLength(2);
  });

  test('a moment without Redis is bridged', async () => {
    const world = rebuildWorld(engine);
    await consume(world, world.event('a'));
    let failures = 2;
    const generations = {
      ...world.ports.generations,
      announce: async (...of: Parameters<typeof world.ports.generations.announce>) => {
        if (failures-- > 0) throw new DependencyError('redis', 'not now');
        return world.ports.generations.announce(...of);
      },
    };
    await world.rebuild({ generations });
    expect(await world.differences()).toEqual([]);
  });
});

describe('a commit between the reading and the switch (protocol: both-generations)', () => {
  /** `a` before all; `b` applied, confirmed and its guard cut before the pass reads it; `z` after its page was read. */
  async function play(reading: Reading): Promise<unknown> {
    const world = rebuildWorld(engine, { reading });
    await consume(world, world.event('a'));
    const records = watched(world.records, {
      secondWalk: () => consume(world, world.event('b')),
      pageRead: async (page) => {
        if (page > 1) return;
        const late = world.event('0');
        world.records.settle(late);
        await world.apply(late);
      },
    });
    await world.rebuild({ records });
    return sum(world);
  }
  test('is neither lost nor applied twice', async () => expect(await play('protocol')).toBe(3));
  test('control: written to the current generation only, it is lost', async () =>
    expect(await play('applied to the current only')).toBe(2));
  test('control: by a rebuild without guard it is applied twice', async () =>
    expect(await play('rebuild without guard')).toBe(4));
  test('control: with its guard cut while building it is applied twice', async () =>
    expect(await play('guard cut while building')).toBe(4));
});

describe('Redis loses what it had acknowledged', () => {
  test('before a rebuild: all comes back', async () => {
    const world = rebuildWorld(engine);
    for (const key of 'abc') await consume(world, world.event(key));
    await world.rebuild();
    await world.empty();
    await consume(world, world.event('d'));
    expect(await sum(world)).toBe(1);
    await world.rebuild();
    expect(await world.differences()).toEqual([]);
  });

  test('emptied in the middle of a rebuild, while consumers run: it begins again (protocol: rebuild-begins-again)', async () => {
    const world = rebuildWorld(engine);
    for (const key of 'abcdef') await consume(world, world.event(key));
    let emptied = false;
    const records = watched(world.records, {
      pageRead: async (page) => {
        if (page === 1) {
          await world.empty();
          emptied = true;
        }
        await consume(world, world.event(`later-${page}`));
      },
    });
    await world.rebuild({ records });
    expect(emptied).toBe(true);
    expect(await world.differences()).toEqual([]);
  });

  test.each([1, 2])('after %i of two projections were switched: both are built again', async (after) => {
    const world = rebuildWorld(engine);
    await consume(world, world.event('a'));
    const { generations } = world.ports;
    let switched = 0;
    const losing: typeof generations = {
      ...generations,
      switch: async (...args) => {
        const end = await generations.switch(...args);
        if (++switched === after) await world.empty();
        return end;
      },
    };
    await world.rebuild({ generations: losing });
    expect(switched).toBe(4);
    expect(await world.differences()).toEqual([]);
  });

  test('again and again: the rebuild gives up and says so', async () => {
    const world = rebuildWorld(engine);
    await consume(world, world.event('a'));
    const { generations } = world.ports;
    const losing = { ...generations, standing: async () => false };
    await expect(world.rebuild({ generations: losing })).rejects.toMatchObject({ code: 'rebuild-lost' });
  });

  test('a late deletion never takes keys of generation 0, which is live again', async () => {
    const world = rebuildWorld(engine);
    await consume(world, world.event('a'));
    const key = { tenant: world.tenant, projection: 'numbers', generation: '0', use: 'key', name: 'sum' } as const;
    expect(await world.ports.generations.drop([key])).toBe(0);
    expect(await sum(world)).toBe(1);
  });
});
