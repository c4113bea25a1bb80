import { afterAll, expect, test } from 'vitest';
import { chunksOf } from '../../../../lib/core/chunks-of.ts';
import { KEYS_AT_ONCE } from '../../../../lib/ports/generations.ts';
import type { ProjectionCommands } from '../../../../lib/ports/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import { type RebuildWorld, rebuildWorld } from '../../../support/rebuild-world.ts';
import { openEngine } from '../../adapters/redis/engine.ts';

const engine = await openEngine();
afterAll(() => engine.stop());

const visits = (...keys: string[]): ProjectionCommands => ({
  projection: 'visits',
  commands: keys.map((key) => ['INCRBY', key, '1']),
});
const members = (key: string, count: number): ProjectionCommands => ({
  projection: 'members',
  commands: [['SADD', key, ...Array.from({ length: count }, (_, index) => `member-${index}`)]],
});
const read = ({ tenant, ports }: RebuildWorld, key: string) =>
  ports.projections.read(tenant, 'visits', 'counter', [key]);
const sizeOf = async ({ tenant, ports }: RebuildWorld, key: string) =>
  (await ports.projections.read(tenant, 'members', 'set', [key])).length;

const many = Array.from({ length: 2 * KEYS_AT_ONCE + 1 }, (_, index) => `m${index}`);
const visitsOfMany = chunksOf(many, 100).map((some) => visits(...some));
const values = (world: RebuildWorld) => Promise.all(many.map((key) => read(world, key)));

/** What was asked for, and how many of it were done. */
type Part = { keys: readonly string[]; done: number };

/** Structures that no record tells of, and one that a record does. @param between what happens after each part */
async function carrying(
  old: readonly ProjectionCommands[],
  between: (world: RebuildWorld, parts: readonly Part[]) => Promise<void> = async () => undefined,
) {
  const world = rebuildWorld(engine, { declared: { visits: { kind: 'counter' }, members: { kind: 'set' } } });
  for (const [index, projection] of old.entries())
    await world.apply(world.event(`old-${index}`, { projections: [projection] }));
  world.records.settle(world.event('young', { projections: [visits('all'), members('all', 1)] }));
  const { generations } = world.ports;
  const parts: Part[] = [];
  const carry: typeof generations.carry = async (to, kind, keys) => {
    const end = await generations.carry(to, kind, keys);
    parts.push({ keys, done: typeof end === 'string' ? 0 : end.done });
    await between(world, parts);
    return end;
  };
  return { world, parts, rebuild: () => world.rebuild({ generations: { ...generations, carry } }) };
}

test('keys that no record tells of are carried over in parts, and are read meanwhile', async () => {
  const { world, parts, rebuild } = await carrying(visitsOfMany, async (world, [part]) => {
    expect(await read(world, part?.keys[0] ?? '')).toBe(1);
  });
  expect(await rebuild()).toMatchObject([{ carried: 0 }, { keys: 1, carried: many.length }]);
  expect(parts.map(({ keys }) => keys.length)).toEqual([KEYS_AT_ONCE, KEYS_AT_ONCE, 1]);
  expect(new Set(await values(world))).toEqual(new Set([1]));
});

test('keys that hold much are fewer in a part', async () => {
  const old = ['a', 'b', 'c'].map((key) => members(key, 9000));
  const { world, parts, rebuild } = await carrying(old);
  expect(await rebuild()).toMatchObject([{ keys: 1, carried: 3 }, { carried: 0 }]);
  expect(parts.map(({ done }) => done)).toEqual([2, 1]);
  for (const key of ['a', 'b', 'c']) expect(await sizeOf(world, key)).toBe(9000);
});

test('a key that is too large to be copied is handed over with the switch', async () => {
  const old = [members('a', 20_001), members('b', 2), members('c', 20_001)];
  const { world, parts, rebuild } = await carrying(old, async (world) => {
    expect(await sizeOf(world, 'a')).toBe(20_001);
    const [, coming = ''] = await world.ports.generations.live(world.tenant, 'members');
    for (const key of ['a', 'c'])
      expect(await engine.redis.exists(localKeys.projectionKey(world.tenant, 'members', coming, key))).toBe(0);
  });
  expect(await rebuild()).toMatchObject([{ keys: 1, carried: 3 }, { carried: 0 }]);
  expect(parts.map(({ done }) => done)).toEqual([3]);
  expect([await sizeOf(world, 'a'), await sizeOf(world, 'b'), await sizeOf(world, 'c')]).toEqual([20_001, 2, 20_001]);
});

test('keys that no record tells of count what comes between two parts', async () => {
  const { world, parts, rebuild } = await carrying(visitsOfMany, async (world, [first, ...further]) => {
    if (!first) return;
    const late = world.event(`late-${further.length}`, { projections: [visits(first.keys[0] ?? '', 'all')] });
    world.records.settle(late);
    await world.apply(late);
  });
  expect(await rebuild()).toMatchObject([{ carried: 0 }, { carried: many.length }]);
  expect([await read(world, parts[0]?.keys[0] ?? ''), await read(world, 'all')]).toEqual([4, 4]);
});

test('keys that no record tells of are left as they are where another rebuild finishes between two parts', async () => {
  const { world, parts, rebuild } = await carrying(visitsOfMany, async (world, parts) => {
    if (parts.length === 1) expect(await world.rebuild()).toMatchObject([{}, { carried: many.length - KEYS_AT_ONCE }]);
  });
  expect((await rebuild()).at(-1)).toMatchObject({ projection: 'visits', carried: 0, byAnother: true });
  expect(parts.map(({ done }) => done)).toEqual([KEYS_AT_ONCE, 0]);
  expect(new Set(await values(world))).toEqual(new Set([1]));
});

test('keys that no record tells of begin again where Redis is emptied between two parts', async () => {
  const { world, rebuild } = await carrying(visitsOfMany, async (world, parts) => {
    if (parts.length === 1) await world.empty();
  });
  expect(await rebuild()).toMatchObject([{}, { keys: 1, carried: 0 }]);
  expect(await read(world, 'all')).toBe(1);
  expect(await world.differences()).toEqual([]);
});
