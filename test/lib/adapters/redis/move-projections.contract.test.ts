import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { moveProjections } from '../../../../lib/adapters/redis/move-projections.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import type { Projections } from '../../../../lib/ports/projections.ts';
import { localKeys, localSpace } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
let connection: RedisConnection;
let projections: Projections;
let tenant: string;
let tenants = 0;

// The layout before lies in other slots: what is moved is moved between two of them.
beforeAll(async () => {
  engine = await openEngine({ clusterRules: false });
  connection = engine.connect();
});
afterAll(() => engine.stop());
beforeEach(() => {
  tenant = `${engine.run}-${++tenants}`;
  projections = redisProjections(connection);
});

const move = async () => {
  const moved = await moveProjections({ url: engine.url, cluster: false, space: localSpace, timeoutMs: 20_000 });
  return moved.filter((one) => one.tenant === tenant).toSorted((a, b) => (a.projection < b.projection ? -1 : 1));
};
const add = { projection: 'sums', commands: [['INCRBY', 'day', '1']] } as const;
const sum = () => projections.read(tenant, 'sums', 'counter', ['day']);

/** As code before wrote it: four events of which all counted, and the first three are guarded still. */
async function fill(): Promise<void> {
  const { redis } = engine;
  await redis.set(`{${tenant}:sums}:generations`, 'g1');
  await redis.set(`{${tenant}:sums}:g1:key:day`, '4', 'EX', 1000);
  for (const event of ['a', 'b', 'c']) await redis.set(`{${tenant}:sums}:g1:guard:${event}`, '1', 'PX', 600_000);
  await redis.zadd(`{${tenant}:tops}:0:key:all {x}:y\n`, 7, 'lamp');
}

/** Entry 31. */
describe('entry 31: projections of the layout before (protocol: moved-with-guards)', () => {
  it('are moved with their guards, generations and times: an event that was applied is not applied again', async () => {
    await fill();
    expect(await move()).toEqual([
      { tenant, projection: 'sums', keys: 5, left: false },
      { tenant, projection: 'tops', keys: 1, left: false },
    ]);
    expect(await sum()).toBe(4);
    expect(await projections.read(tenant, 'tops', 'sorted-set', ['all {x}:y\n'])).toEqual([
      { member: 'lamp', score: 7 },
    ]);
    await projections.apply(tenant, 'b', [add]);
    await projections.apply(tenant, 'new', [add]);
    expect(await sum()).toBe(5);
    expect(await engine.redis.pttl(localKeys.guardKey(tenant, 'sums', 'g1', 'a'))).toBeGreaterThan(500_000);
    expect(await engine.redis.keys(`{${tenant}:*`)).toEqual([]);
    expect(await move()).toEqual([]);
  });

  it('that have begun under the keys of the stage are left as they are, guards and all', async () => {
    await fill();
    await engine.redis.set(localKeys.generationsKey(tenant, 'sums'), 'g1');
    await projections.apply(tenant, 'b', [add]);
    expect(await move()).toMatchObject([
      { projection: 'sums', keys: 0, left: true },
      { projection: 'tops', keys: 1, left: false },
    ]);
    expect(await sum()).toBe(1);
    expect(await engine.redis.exists(localKeys.guardKey(tenant, 'sums', 'g1', 'a'))).toBe(0);
    expect(await engine.redis.keys(`{${tenant}:sums}:*`)).toHaveLength(5);
  });

  it('that were rebuilt, and have begun under the keys of the stage with none of theirs, are left too', async () => {
    await fill();
    await projections.apply(tenant, 'new', [add]);
    expect(await move()).toMatchObject([
      { projection: 'sums', keys: 0, left: true },
      { projection: 'tops', keys: 1, left: false },
    ]);
    expect(await sum()).toBe(1);
  });

  it('of which the generations are moved already go on from there', async () => {
    await fill();
    for (const name of ['generations', 'g1:key:day'])
      await engine.redis.rename(
        `{${tenant}:sums}:${name}`,
        localKeys.generationsKey(tenant, 'sums').replace('generations', name),
      );
    expect(await move()).toMatchObject([{ keys: 3, left: false }, { keys: 1 }]);
    expect(await sum()).toBe(4);
  });

  it('of which some are moved already go on from there', async () => {
    await fill();
    await engine.redis.rename(`{${tenant}:sums}:g1:guard:a`, localKeys.guardKey(tenant, 'sums', 'g1', 'a'));
    expect(await move()).toMatchObject([{ keys: 4, left: false }, { keys: 1 }]);
    await projections.apply(tenant, 'a', [add]);
    expect(await sum()).toBe(4);
  });

  it('cannot be moved on a cluster', async () => {
    const config = { url: engine.url, cluster: true, space: localSpace, timeoutMs: 1000 };
    await expect(moveProjections(config)).rejects.toMatchObject({ code: 'moved-by-rebuild' });
  });
});
