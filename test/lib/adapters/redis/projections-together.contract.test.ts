import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisCalls, RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { ProjectionRefusedError } from '../../../../lib/core/errors.ts';
import type { ProjectionCommands } from '../../../../lib/ports/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';
import { appliedOn, batches } from './projections-together.ts';

const { guardKey, projectionKey } = localKeys;

let engine: TestEngine;
let connection: RedisConnection;
beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect();
});
afterAll(() => engine.stop());

const aTenant = () => `${engine.run}-${randomBytes(4).toString('hex')}`;

/** Counts the scripts that are run. */
function counting(): { calls: RedisCalls; count: () => number } {
  let scripts = 0;
  const run: RedisCalls['run'] = (...given) => {
    scripts++;
    return connection.run(...given);
  };
  const { keys } = connection;
  return { calls: { keys, run, command: (...given) => connection.command(...given) }, count: () => scripts };
}

it('events that are applied together leave what they leave one after another, refused ones nothing', () =>
  fc.assert(
    fc.asyncProperty(batches(50), async (batch) => {
      const [together, alone] = await Promise.all([
        appliedOn(engine, connection, aTenant(), batch, true),
        appliedOn(engine, connection, aTenant(), batch, false),
      ]);
      expect(together).toEqual(alone);
    }),
    { numRuns: 20 },
  ));

it('a batch takes a call a projection', async () => {
  const { calls, count } = counting();
  const [projections, tenant] = [redisProjections(calls), aTenant()];
  const events = Array.from({ length: 100 }, (_, index) => `e${index}`);
  await Promise.all(
    events.map((key) =>
      projections.apply(tenant, key, [
        { projection: 'views', commands: [['INCRBY', 'all', '1']] },
        { projection: 'viewers', commands: [['PFADD', 'day', key]] },
      ]),
    ),
  );
  expect(count()).toBe(2);
  expect(await projections.read(tenant, 'views', 'counter', ['all'])).toBe(100);
  await projections.cutGuards(
    events.flatMap((eventKey) => ['views', 'viewers'].map((projection) => ({ tenant, eventKey, projection }))),
  );
  expect(count()).toBe(4);
});

it('what is too much for a call is cut, and one event stays whole', async () => {
  const { calls, count } = counting();
  const [projections, tenant] = [redisProjections(calls), aTenant()];
  const large = Array.from({ length: 5000 }, (_, index) => `member:${index}`);
  await Promise.all([
    projections.apply(tenant, 'small', [{ projection: 'seen', commands: [['SADD', 'all', 'x']] }]),
    projections.apply(tenant, 'large', [{ projection: 'seen', commands: [['SADD', 'all', ...large]] }]),
    projections.apply(tenant, 'long', [{ projection: 'seen', commands: [['SADD', 'all', 'l'.repeat(300_000)]] }]),
    projections.apply(tenant, 'last', [{ projection: 'seen', commands: [['SADD', 'all', 'y']] }]),
  ]);
  expect(count()).toBe(4);
  expect(await engine.redis.scard(projectionKey(tenant, 'seen', '0', 'all'))).toBe(5003);
});

it('one that is refused for good keeps no other from its effect, and none of its own is there', async () => {
  const [projections, tenant] = [redisProjections(connection), aTenant()];
  await engine.redis.lpush(projectionKey(tenant, 'views', '0', 'strange'), 'x');
  const apply = (key: string, ...commands: [string, string, string][]) =>
    projections.apply(tenant, key, [{ projection: 'views', commands }]);
  const ends = await Promise.allSettled([
    apply('e1', ['INCRBY', 'all', '1']),
    apply('e2', ['INCRBY', 'all', '10'], ['INCRBY', 'strange', '1']),
    apply('e3', ['INCRBY', 'all', '100']),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(ends[1]).toMatchObject({ reason: expect.any(ProjectionRefusedError) });
  expect(await projections.read(tenant, 'views', 'counter', ['all'])).toBe(101);
  const guards = await Promise.all(
    ['e1', 'e2', 'e3'].map((key) => engine.redis.exists(guardKey(tenant, 'views', '0', key))),
  );
  expect(guards).toEqual([1, 0, 1]);
});

it('what was applied before is not applied again among others, and they are, each once', async () => {
  const [projections, tenant] = [redisProjections(connection), aTenant()];
  const apply = (key: string, by: number) =>
    projections.apply(tenant, key, [{ projection: 'views', commands: [['INCRBY', 'all', String(by)]] }]);
  await apply('e1', 1);
  await Promise.all([apply('e1', 1), apply('e2', 10), apply('e3', 100), apply('e2', 10)]);
  expect(await projections.read(tenant, 'views', 'counter', ['all'])).toBe(111);
});

describe('what a record may hold that other code wrote', () => {
  const foreign: [string, unknown][] = [
    ['a member that is nothing', [['SADD', 'all', null]]],
    ['a list for a member', [['SADD', 'all', ['x', '1', 'SADD', '1', '', '1', 'forged']]]],
    ['a number for a key', [['SADD', 5, 'x']]],
    ['a command that is unknown', [['LPUSH', 'all', 'x']]],
    ['no command', [[]]],
    ['a text for a command', ['SADD all x']],
    ['no list', 'SADD'],
  ];
  it.each(foreign)('%s is refused for good, and changes nothing of the others', async (_, commands) => {
    const [projections, tenant] = [redisProjections(connection), aTenant()];
    const apply = (key: string, of: unknown) =>
      projections.apply(tenant, key, [{ projection: 'seen', commands: of as ProjectionCommands['commands'] }]);
    const ends = await Promise.allSettled([
      apply('e1', [['SADD', 'all', 'a']]),
      apply('e2', commands),
      apply('e3', [['SADD', 'all', 'b']]),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ends[1]).toMatchObject({ reason: expect.any(ProjectionRefusedError) });
    expect(new Set(await projections.read(tenant, 'seen', 'set', ['all']))).toEqual(new Set(['a', 'b']));
  });
});

it('an event with very many members is applied, and the connection goes on', async () => {
  const [projections, tenant] = [redisProjections(connection), aTenant()];
  const members = Array.from({ length: 150_000 }, (_, index) => `m${index}`);
  const before = connection.faults;
  await Promise.all([
    projections.apply(tenant, 'many', [{ projection: 'seen', commands: [['SADD', 'all', ...members]] }]),
    projections.apply(tenant, 'one', [{ projection: 'seen', commands: [['SADD', 'few', 'x']] }]),
  ]);
  expect(await engine.redis.scard(projectionKey(tenant, 'seen', '0', 'all'))).toBe(150_000);
  expect(connection.faults).toBe(before);
});

describe('a value that is none of ours', () => {
  const texts = ['abc', '1.5', '007', '-0', '+5', ' 5', '5 ', '', '0', '-7', '12', '99999999999999999999', '1e3'];
  it.each(texts)('"%s" is added to where Redis would, else refused before anything is written', async (text) => {
    const [projections, tenant] = [redisProjections(connection), aTenant()];
    const probe = projectionKey(tenant, 'views', '0', 'probe');
    await engine.redis.set(probe, text);
    const isTaken = await engine.redis.incrby(probe, 1).then(
      () => true,
      () => false,
    );
    await engine.redis.set(projectionKey(tenant, 'views', '0', 'count'), text);
    await engine.redis.hset(projectionKey(tenant, 'fields', '0', 'hash'), 'f', text);
    const ends = await Promise.allSettled([
      projections.apply(tenant, 'e1', [{ projection: 'views', commands: [['INCRBY', 'count', '1']] }]),
      projections.apply(tenant, 'e1', [{ projection: 'fields', commands: [['HINCRBY', 'hash', 'f', '1']] }]),
      projections.apply(tenant, 'e2', [{ projection: 'fields', commands: [['HINCRBY', 'hash', 'g', '1']] }]),
    ]);
    const expected = isTaken ? 'fulfilled' : 'rejected';
    expect(ends.map(({ status }) => status)).toEqual([expected, expected, 'fulfilled']);
    const added = isTaken ? String(Number(text) + 1) : text;
    expect(await engine.redis.get(projectionKey(tenant, 'views', '0', 'count'))).toBe(added);
    expect(await engine.redis.hgetall(projectionKey(tenant, 'fields', '0', 'hash'))).toEqual({ f: added, g: '1' });
    expect(await engine.redis.exists(guardKey(tenant, 'views', '0', 'e1'))).toBe(isTaken ? 1 : 0);
  });
});
