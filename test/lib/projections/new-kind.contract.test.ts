import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { ProjectionCommands } from '../../../lib/ports/projections.ts';
import { projectionReader } from '../../../lib/projections/read.ts';
import { createProjections } from '../../../lib/projections/record.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { ProjectionKind } from '../../../lib/sdk/projection.ts';
import type { ReaderOf, RecorderOf, ValuesOf } from '../../../lib/sdk/projection-kind-entry.ts';
import type { projectionKinds } from '../../../lib/sdk/projection-kinds.ts';
import { localKeys } from '../../support/local-space.ts';
import type { maximum } from '../../support/maximum-kind.ts';
import { type RebuildWorld, rebuildWorld } from '../../support/rebuild-world.ts';
import { openEngine } from '../adapters/redis/engine.ts';

const { generationsKey, projectionKey } = localKeys;

/** All that it takes to add a kind: the table, with one more entry. */
vi.mock('../../../lib/sdk/projection-kinds.ts', async (original) => {
  const shipped = await original<{ projectionKinds: typeof projectionKinds }>();
  const { maximum } = await import('../../support/maximum-kind.ts');
  return { projectionKinds: { ...shipped.projectionKinds, maximum } };
});

type Table = typeof projectionKinds & { maximum: typeof maximum };
/** The compiler sees the table without the entry, so that here alone a kind is more than its type says. */
const kind: string = 'maximum';
const { projections: declared } = defineEvent({
  type: 'page.loaded',
  summary: 'A page was loaded',
  data: z.strictObject({ page: z.string() }),
  example: { page: '/' },
  projections: { slowest: { kind: kind as ProjectionKind, keepDays: 10 }, loads: { kind: 'hash' } },
  async handle() {},
});

const engine = await openEngine();
afterAll(() => engine.stop());
let world: RebuildWorld;
beforeEach(() => {
  world = rebuildWorld(engine, { declared });
});

const recorded = (record: (recorder: RecorderOf<Table>) => void): ProjectionCommands[] => {
  const projections = createProjections(declared);
  record(projections.recorder('slowest') as RecorderOf<Table>);
  return projections.recorded();
};
/** An event that took so long to load a page, settled and applied. */
async function load(event: string, ms: number, page: string): Promise<void> {
  const record = world.event(event, { projections: recorded((slowest) => slowest.zmax('day', ms, page)) });
  world.records.settle(record);
  await world.apply(record);
}
const read = () => {
  const reader = projectionReader(world.ports.projections, declared, world.tenant) as ReaderOf<Table>;
  return reader.maximum('slowest', 'day') satisfies Promise<ValuesOf<Table>['maximum']>;
};
const loads = async () => {
  await load('a', 20, '/');
  await load('b', 90, '/');
  await load('c', 30, '/');
  await load('d', -5, '/about');
};
const keyInRedis = async () => {
  const generation = (await engine.redis.get(generationsKey(world.tenant, 'slowest'))) ?? '0';
  return projectionKey(world.tenant, 'slowest', generation, 'day');
};

test('a kind is recorded as its entry says, and only for projections of that kind', () => {
  expect(recorded((slowest) => slowest.zmax('day', 20, '/'))).toEqual([
    { projection: 'slowest', keepSeconds: 864_000, commands: [['ZADD', 'day', 'GT', '20', '/']] },
  ]);
  expect(() => recorded((slowest) => slowest.zmax('day', 0.5, '/'))).toThrow('projection slowest: 0.5 is no integer');
  expect(() => recorded((slowest) => slowest.hincrby('day', '/', 1))).toThrow(
    'projection slowest: HINCRBY needs a hash, but it is declared a maximum',
  );
  // @ts-expect-error the number is no text
  expect(() => recorded((slowest) => slowest.zmax('day', '20', '/'))).toThrow('20 is no integer');
});

test('it is applied, once for each event, and read', async () => {
  await loads();
  await load('b', 900, '/');
  expect(await read()).toEqual({ '/': 90, '/about': -5 });
});

test('it is recomputed from records and compared with what Redis holds', async () => {
  await loads();
  expect(await world.differences()).toEqual([]);
  const key = await keyInRedis();
  await engine.redis.zadd(key, 91, '/');
  await engine.redis.zrem(key, '/about');
  await engine.redis.zadd(key, 1, '/new');
  const place = { projection: 'slowest', tenant: world.tenant, key: 'day' };
  expect(await world.differences()).toEqual([
    { ...place, name: '/', expected: 90, found: 91 },
    { ...place, name: '/about', expected: -5, found: null },
    { ...place, name: '/new', expected: null, found: 1 },
  ]);
});

test('it comes back by a rebuild', async () => {
  await loads();
  await world.empty();
  expect(await world.rebuild()).toMatchObject([{ projection: 'slowest', records: 4, keys: 1, refused: 0 }]);
  expect(await read()).toEqual({ '/': 90, '/about': -5 });
  expect(await world.differences()).toEqual([]);
});

test('it is refused by a key that holds another kind, and such a key is not carried over', async () => {
  await engine.redis.hset(await keyInRedis(), 'x', 1);
  await expect(load('a', 20, '/')).rejects.toThrow('WRONGTYPE ZADD on a key that holds another kind (hash)');
  expect(await world.differences()).toMatchObject([{ expected: 1, found: 'of another kind' }]);
  expect(await world.rebuild()).toMatchObject([{ keys: 1, carried: 0 }]);
  expect(await read()).toEqual({ '/': 20 });
});
