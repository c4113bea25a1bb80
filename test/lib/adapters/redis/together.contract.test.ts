import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { DependencyError, ProjectionRefusedError } from '../../../../lib/core/errors.ts';
import type { ProjectionCommands, Projections } from '../../../../lib/ports/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { generationsKey, guardKey, projectionKey } = localKeys;
const NAME = 'numbers';
type Command = ProjectionCommands['commands'][number];

let engine: TestEngine;
let connection: RedisConnection;
/** Of each call, how many keys it had. */
let calls: number[];
let projections: Projections;
let tenant: string;

/** The same connection, whose calls are counted. */
const counting = (): RedisConnection => ({
  ...{ keys: connection.keys, log: connection.log, timeoutMs: connection.timeoutMs, subscriber: connection.subscriber },
  faults: 0,
  close: () => connection.close(),
  command: (...args) => connection.command(...args),
  run: (script, keys, args) => {
    calls.push(keys.length);
    return connection.run(script, keys, args);
  },
});

beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect();
});
afterAll(() => engine.stop());
beforeEach(() => {
  tenant = `${engine.run}-${randomBytes(4).toString('hex')}`;
  calls = [];
  projections = redisProjections(counting());
});

const of = (...commands: Command[]): ProjectionCommands => ({ projection: NAME, commands });
const add = (by = 1): ProjectionCommands => of(['INCRBY', 'sum', String(by)]);
const key = (name: string) => projectionKey(tenant, NAME, '0', name);
const guarded = (eventKey: string) => engine.redis.exists(guardKey(tenant, NAME, '0', eventKey));
const read = (kind: Parameters<Projections['read']>[2], name: string) => projections.read(tenant, NAME, kind, [name]);
/** What became of each event that was applied in one tick. */
const applyAll = (all: Readonly<Record<string, ProjectionCommands>>) =>
  Promise.allSettled(Object.entries(all).map(([eventKey, one]) => projections.apply(tenant, eventKey, [one])));
const ends = async (all: Readonly<Record<string, ProjectionCommands>>) =>
  (await applyAll(all)).map((end) => (end.status === 'fulfilled' ? 'applied' : end.reason.constructor));

describe('events that are applied in one tick', () => {
  it('are one call of each projection', async () => {
    const event = [add(), { projection: 'others', commands: [['HINCRBY', 'h', 'f', '2']] as Command[] }];
    await Promise.all(['e1', 'e2', 'e3'].map((eventKey) => projections.apply(tenant, eventKey, event)));
    expect(calls).toHaveLength(2);
    expect(await read('counter', 'sum')).toBe(3);
    expect(await projections.read(tenant, 'others', 'hash', ['h'])).toEqual({ f: 6 });
  });

  it('are as few calls as fit where they are a thousand', async () => {
    const event = () => of(['INCRBY', 'sum', '1'], ['SADD', 'all', randomBytes(8).toString('hex')]);
    await applyAll(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`e${index}`, event()])));
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(await read('counter', 'sum')).toBe(1000);
    expect(await engine.redis.scard(key('all'))).toBe(1000);
    const guards = Array.from({ length: 1000 }, (_, index) => guardKey(tenant, NAME, '0', `e${index}`));
    expect(await engine.redis.exists(...guards)).toBe(1000);
  });

  it('of which some are large are cut by their bytes', async () => {
    const large = () => of(['SADD', 'all', randomBytes(50_000).toString('hex')]);
    await applyAll({ e1: large(), e2: large(), e3: large(), e4: add() });
    expect(calls.length).toBeGreaterThan(1);
    expect(await engine.redis.scard(key('all'))).toBe(3);
    expect(await read('counter', 'sum')).toBe(1);
  });

  it('have a guard each, which alone decides of it', async () => {
    await projections.apply(tenant, 'e2', [add(100)]);
    expect(await ends({ e1: add(1), e2: add(100), e3: add(10) })).toEqual(['applied', 'applied', 'applied']);
    expect(await read('counter', 'sum')).toBe(111);
    expect(await ends({ e1: add(1), e2: add(100), e3: add(10), e4: add(1000) })).toHaveLength(4);
    expect(await read('counter', 'sum')).toBe(1111);
  });

  it('are decided in each generation by its own guards', async () => {
    await projections.apply(tenant, 'e1', [add(1)]);
    await engine.redis.set(generationsKey(tenant, NAME), '0,1');
    await ends({ e1: add(1), e2: add(10) });
    const sums = await engine.redis.mget(key('sum'), projectionKey(tenant, NAME, '1', 'sum'));
    expect(sums).toEqual(['11', '11']);
  });

  it('refuse those alone that touch a key of another kind', async () => {
    await engine.redis.sadd(key('other'), 'x');
    const wrong = of(['INCRBY', 'sum', '100'], ['INCRBY', 'other', '1']);
    const seen = await ends({ e1: add(1), e2: wrong, e3: add(10), e4: wrong, e5: of(['SADD', 'other', 'y']) });
    expect(seen).toEqual(['applied', ProjectionRefusedError, 'applied', ProjectionRefusedError, 'applied']);
    expect(await read('counter', 'sum')).toBe(11);
    expect(await Promise.all(['e1', 'e2', 'e3', 'e4', 'e5'].map(guarded))).toEqual([1, 0, 1, 0, 1]);
    expect(await engine.redis.scard(key('other'))).toBe(2);
  });

  it('refuse those that would make another kind of what an earlier one of them makes', async () => {
    const seen = await ends({ e1: add(1), e2: of(['ZINCRBY', 'sum', '1', 'x']), e3: add(10) });
    expect(seen).toEqual(['applied', ProjectionRefusedError, 'applied']);
    expect(await read('counter', 'sum')).toBe(11);
  });

  it('refuse those that would leave 64 bits, and none that follow and fit', async () => {
    const most = String(Number.MAX_SAFE_INTEGER);
    const many = of(...Array.from({ length: 999 }, (): Command => ['INCRBY', 'sum', most]));
    const seen = await ends({ e1: many, e2: of(['INCRBY', 'sum', most]), e3: add(-5), e4: add(3) });
    expect(seen).toEqual(['applied', ProjectionRefusedError, 'applied', 'applied']);
    expect(await engine.redis.get(key('sum'))).toBe(String(BigInt(most) * 999n - 2n));
    expect(await guarded('e2')).toBe(0);
  });

  it('are all told when Redis does not answer', async () => {
    const silent = { ...counting(), run: () => Promise.reject(new DependencyError('redis', 'silent')) };
    projections = redisProjections(silent);
    expect(await ends({ e1: add(), e2: add() })).toEqual([DependencyError, DependencyError]);
  });

  it('come to what they come to one after another', { timeout: 240_000 }, async () => {
    const name = fc.constantFrom('a', 'b', 'c d');
    const number = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.maxSafeInteger()).map(String);
    const command: fc.Arbitrary<Command> = fc.oneof(
      fc.tuple(fc.constant('INCRBY'), fc.constantFrom('counter1', 'counter2'), number),
      fc.tuple(fc.constant('HINCRBY'), fc.constant('hash'), name, number),
      fc.tuple(fc.constant('ZINCRBY'), fc.constant('top'), fc.integer({ min: -9, max: 9 }).map(String), name),
      fc.tuple(fc.constant('SADD'), fc.constant('all'), name),
      fc.tuple(fc.constant('PFADD'), fc.constant('seen'), name),
    );
    const event = fc.tuple(fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5', 'e6'), fc.array(command, { maxLength: 6 }));
    const standing = async (of: string) =>
      Promise.all([
        engine.redis.mget(...['counter1', 'counter2'].map((one) => projectionKey(of, NAME, '0', one))),
        engine.redis.hgetall(projectionKey(of, NAME, '0', 'hash')),
        engine.redis.zrange(projectionKey(of, NAME, '0', 'top'), 0, -1, 'WITHSCORES'),
        engine.redis.smembers(projectionKey(of, NAME, '0', 'all')).then((members) => members.toSorted()),
        engine.redis.pfcount(projectionKey(of, NAME, '0', 'seen')),
      ]);
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 10 }), async (events) => {
        const [together, alone] = ['t', 'a'].map((who) => `${who}-${randomBytes(6).toString('hex')}`) as [
          string,
          string,
        ];
        await Promise.all(events.map(([one, commands]) => projections.apply(together, one, [of(...commands)])));
        for (const [one, commands] of events) await projections.apply(alone, one, [of(...commands)]);
        expect(await standing(together)).toEqual(await standing(alone));
      }),
      { numRuns: 150 },
    );
  });
});

describe('guards of many events', () => {
  it('are cut in one call of each projection', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `e${index}`);
    await applyAll(Object.fromEntries(keys.map((eventKey) => [eventKey, add()])));
    calls = [];
    await projections.cutGuards(keys.map((eventKey) => ({ tenant, eventKey, projection: NAME })));
    expect(calls).toEqual([101]);
    const left = await Promise.all(keys.map((eventKey) => engine.redis.pttl(guardKey(tenant, NAME, '0', eventKey))));
    expect(Math.max(...left)).toBeLessThanOrEqual(3_600_000);
    expect(Math.min(...left)).toBeGreaterThan(3_500_000);
  });
});
