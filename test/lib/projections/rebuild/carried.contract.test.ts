import { afterAll, expect, test } from 'vitest';
import { chunksOf } from '../../../../lib/core/chunks-of.ts';
import { KEYS_AT_ONCE } from '../../../../lib/ports/generations.ts';
import type { ProjectionCommands } from '../../../../lib/ports/projections.ts';
import { type RebuildWorld, rebuildWorld } from '../../../support/rebuild-world.ts';
import { openEngine } from '../../adapters/redis/engine.ts';

const engine = await openEngine();
afterAll(() => engine.stop());

const visits = (...commands: ProjectionCommands['commands']): ProjectionCommands => ({
  projection: 'visits',
  commands,
});
const one = (key: string) => ['INCRBY', key, '1'] as const;
const read = ({ tenant, ports }: RebuildWorld, key: string) =>
  ports.projections.read(tenant, 'visits', 'counter', [key]);

const many = Array.from({ length: 2 * KEYS_AT_ONCE + 1 }, (_, index) => `m${index}`);
const values = (world: RebuildWorld) => Promise.all(many.map((key) => read(world, key)));

/** Keys that no record tells of, and one that a record does. @param between what happens after each part */
async function carrying(between: (world: RebuildWorld, parts: string[][]) => Promise<void> = async () => undefined) {
  const world = rebuildWorld(engine, { declared: { visits: { kind: 'counter' } } });
  for (const some of chunksOf(many, 100))
    await world.apply(world.event(`old-${some[0]}`, { projections: [visits(...some.map((key) => one(key)))] }));
  world.records.settle(world.event('young', { projections: [visits(one('all'))] }));
  const { generations } = world.ports;
  const parts: string[][] = [];
  const carry: typeof generations.carry = async (to, kind, keys) => {
    const end = await generations.carry(to, kind, keys);
    parts.push([...keys]);
    await between(world, parts);
    return end;
  };
  return { world, parts, rebuild: () => world.rebuild({ generations: { ...generations, carry } }) };
}

const sizes = (parts: readonly string[][]) => parts.map(({ length }) => length);

test('keys that no record tells of are carried over in parts, and are read meanwhile', async () => {
  const { world, parts, rebuild } = await carrying(async (world, [[first = ''] = []]) => {
    expect(await read(world, first)).toBe(1);
  });
  expect(await rebuild()).toMatchObject([{ keys: 1, carried: many.length }]);
  expect(sizes(parts)).toEqual([KEYS_AT_ONCE, KEYS_AT_ONCE, 1]);
  expect(new Set(await values(world))).toEqual(new Set([1]));
});

test('keys that no record tells of count what comes between two parts', async () => {
  const { world, parts, rebuild } = await carrying(async (world, [[first = ''] = [], ...further]) => {
    const late = world.event(`late-${further.length}`, {
      projections: [visits(one(first), one('all'))],
    });
    world.records.settle(late);
    await world.apply(late);
  });
  expect(await rebuild()).toMatchObject([{ carried: many.length }]);
  const [[first = ''] = []] = parts;
  expect([await read(world, first), await read(world, 'all')]).toEqual([4, 4]);
});

test('keys that no record tells of are left as they are where another rebuild finishes between two parts', async () => {
  const { world, parts, rebuild } = await carrying(async (world, parts) => {
    if (parts.length === 1) expect(await world.rebuild()).toMatchObject([{ carried: many.length - KEYS_AT_ONCE }]);
  });
  expect(await rebuild()).toMatchObject([{ carried: 0, byAnother: true }]);
  expect(sizes(parts)).toEqual([KEYS_AT_ONCE, KEYS_AT_ONCE]);
  expect(new Set(await values(world))).toEqual(new Set([1]));
});

test('keys that no record tells of begin again where Redis is emptied between two parts', async () => {
  const { world, rebuild } = await carrying(async (world, parts) => {
    if (parts.length === 1) await world.empty();
  });
  expect(await rebuild()).toMatchObject([{ keys: 1, carried: 0 }]);
  expect(await read(world, 'all')).toBe(1);
  expect(await world.differences()).toEqual([]);
});
