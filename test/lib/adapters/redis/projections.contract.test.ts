import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { DependencyError, ProjectionRefusedError } from '../../../../lib/core/errors.ts';
import type { ProjectionCommands, Projections } from '../../../../lib/ports/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { generationsKey, guardKey, projectionKey } = localKeys;

const HOUR_MS = 3_600_000;
const SEVEN_DAYS_MS = 7 * 86_400_000;
const NAME = 'numbers';
let engine: TestEngine;
let connection: RedisConnection;
let projections: Projections;
let tenant: string;

beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect();
});
afterAll(() => engine.stop());
beforeEach(() => {
  tenant = `${engine.run}-${randomBytes(4).toString('hex')}`;
  projections = redisProjections(connection);
});

const add = (by = 1): ProjectionCommands => ({ projection: NAME, commands: [['INCRBY', 'sum', String(by)]] });
const sum = (generation = '0') => engine.redis.get(projectionKey(tenant, NAME, generation, 'sum'));
const guardTtl = (eventKey: string, generation = '0') =>
  engine.redis.pttl(guardKey(tenant, NAME, generation, eventKey));
const setGenerations = (text: string) => engine.redis.set(generationsKey(tenant, NAME), text);

describe('applying', () => {
  it('runs commands of every kind, each read back by its kind', async () => {
    const members = Array.from({ length: 2500 }, (_, index) => `m${index}`);
    await projections.apply(tenant, 'e1', [
      {
        projection: NAME,
        commands: [
          ['INCRBY', 'sum', '-7'],
          ['HINCRBY', 'hash', '__proto__', '2'],
          ['HINCRBY', 'hash', 'é', '3'],
          ['ZINCRBY', 'top', '5', 'a'],
          ['ZINCRBY', 'top', '9', 'b'],
          ['ZINCRBY', 'top', '1', 'c'],
          ['PFADD', 'seen', 'x', 'y', 'z'],
          ['PFADD', 'seen-too', 'z', 'q'],
          ['SADD', 'all', ...members],
        ],
      },
    ]);
    const read = (...args: [Parameters<Projections['read']>[2], string[], number?]) =>
      projections.read(tenant, NAME, args[0], args[1], args[2]);
    expect(await read('counter', ['sum'])).toBe(-7);
    expect(Object.entries(Object(await read('hash', ['hash'])))).toEqual([
      ['__proto__', 2],
      ['é', 3],
    ]);
    expect(await read('sorted-set', ['top'], 2)).toEqual([
      { member: 'b', score: 9 },
      { member: 'a', score: 5 },
    ]);
    expect(await read('sorted-set', ['top'])).toHaveLength(3);
    expect(await read('sorted-set', ['top'], 0)).toEqual([]);
    expect(await read('hyperloglog', ['seen', 'seen-too'])).toBe(4);
    expect(new Set(Object.values(Object(await read('set', ['all']))))).toEqual(new Set(members));
  });

  it('reads a hash with a field named stored, which is no word about generations', async () => {
    await projections.apply(tenant, 'e1', [{ projection: NAME, commands: [['HINCRBY', 'hash', 'stored', '2']] }]);
    expect(await projections.read(tenant, NAME, 'hash', ['hash'])).toEqual({ stored: 2 });
  });

  it('reads nothing as zero or empty', async () => {
    expect(await projections.read(tenant, NAME, 'counter', ['x'])).toBe(0);
    expect(await projections.read(tenant, NAME, 'hash', ['x'])).toEqual({});
    expect(await projections.read(tenant, NAME, 'sorted-set', ['x'])).toEqual([]);
    expect(await projections.read(tenant, NAME, 'hyperloglog', ['x'])).toBe(0);
    expect(await projections.read(tenant, NAME, 'set', ['x'])).toEqual([]);
  });

  it('applies an event once under fifty who apply it at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => projections.apply(tenant, 'e1', [add(3)])));
    expect(await sum()).toBe('3');
    expect(await guardTtl('e1')).toBeGreaterThan(SEVEN_DAYS_MS - 5000);
  });

  it('applies every projection of an event, and every event', async () => {
    await projections.apply(tenant, 'e1', [add(), { ...add(), projection: 'others' }]);
    await projections.apply(tenant, 'e2', [add()]);
    expect(await projections.read(tenant, NAME, 'counter', ['sum'])).toBe(2);
    expect(await projections.read(tenant, 'others', 'counter', ['sum'])).toBe(1);
  });

  it('keeps keys as long as it is told, from the last change on, or for ever', async () => {
    const key = projectionKey(tenant, NAME, '0', 'sum');
    await projections.apply(tenant, 'e1', [add()]);
    expect(await engine.redis.ttl(key)).toBe(-1);
    await projections.apply(tenant, 'e2', [{ ...add(), keepSeconds: 100 }]);
    await engine.redis.expire(key, 10);
    await projections.apply(tenant, 'e3', [{ ...add(), keepSeconds: 100 }]);
    expect(await engine.redis.ttl(key)).toBeGreaterThan(90);
    await projections.apply(tenant, 'e4', [add()]);
    expect(await engine.redis.ttl(key)).toBe(-1);
  });

  it('writes nothing, its guard neither, when a key holds another type', async () => {
    await engine.redis.set(projectionKey(tenant, NAME, '0', 'top'), 'text');
    const faulty = { projection: NAME, commands: [...add().commands, ['ZINCRBY', 'top', '1', 'a'] as const] };
    await expect(projections.apply(tenant, 'e1', [faulty])).rejects.toThrow(ProjectionRefusedError);
    expect([await sum(), await guardTtl('e1')]).toEqual([null, -2]);
  });

  it.each([
    ['a counter', 'PFADD', ['x'], (key: string) => engine.redis.incr(key)],
    ['a hyperloglog', 'INCRBY', ['1'], (key: string) => engine.redis.pfadd(key, 'x')],
    ['a hash', 'ZINCRBY', ['1', 'x'], (key: string) => engine.redis.hincrby(key, 'x', 1)],
    ['a set', 'HINCRBY', ['x', '1'], (key: string) => engine.redis.sadd(key, 'x')],
  ] as const)(
    'refuses what does not fit %s, for good, and applies the other projections',
    async (_, command, args, make) => {
      await make(projectionKey(tenant, NAME, '0', 'k'));
      const other = { ...add(), projection: 'others' };
      const apply = () =>
        projections.apply(tenant, 'e1', [{ projection: NAME, commands: [[command, 'k', ...args]] }, other]);
      await expect(apply()).rejects.toThrow(ProjectionRefusedError);
      await expect(apply()).rejects.toThrow('numbers was refused: WRONGTYPE');
      expect(await guardTtl('e1')).toBe(-2);
      expect(await projections.read(tenant, 'others', 'counter', ['sum'])).toBe(1);
    },
  );

  it.each([
    ['a counter', ['INCRBY', 'sum'], ['INCRBY', 'other']],
    ['a field of a hash', ['HINCRBY', 'hash', 'a b'], ['HINCRBY', 'hash', 'c']],
  ] as const)('refuses for good what would leave 64 bits, of %s, and writes nothing of it', async (_, full, other) => {
    const most = String(Number.MAX_SAFE_INTEGER);
    const many = (count: number): ProjectionCommands => ({
      projection: NAME,
      commands: [[...other, '1'], ...Array.from({ length: count }, () => [...full, most] as const), [...other, '1']],
    });
    const standing = () =>
      Promise.all(
        [full, other].map(([, key, field]) =>
          field === undefined
            ? engine.redis.get(projectionKey(tenant, NAME, '0', key))
            : engine.redis.hget(projectionKey(tenant, NAME, '0', key), field),
        ),
      );
    await expect(projections.apply(tenant, 'e1', [many(1100)])).rejects.toThrow(ProjectionRefusedError);
    expect(await standing()).toEqual([null, null]);
    await projections.apply(tenant, 'e1', [many(999)]);
    const before = await standing();
    await expect(projections.apply(tenant, 'e2', [many(1)])).rejects.toThrow('numbers was refused: OVERFLOW');
    expect([await standing(), await guardTtl('e2')]).toEqual([before, -2]);
    const less = { projection: NAME, commands: [[...full, `-${most}`] as const] };
    await projections.apply(tenant, 'e3', [less]);
    expect(await standing()).not.toEqual(before);
  });

  it('that Redis did not answer for one is told before that it refused another', async () => {
    await engine.redis.sadd(projectionKey(tenant, NAME, '0', 'sum'), 'x');
    const half: RedisConnection = {
      ...{
        keys: connection.keys,
        log: connection.log,
        timeoutMs: connection.timeoutMs,
        subscriber: connection.subscriber,
        faults: 0,
      },
      close: () => connection.close(),
      command: (...args) => connection.command(...args),
      all: (asked) => connection.all(asked),
      run: (script, keys, args) =>
        keys[0] === generationsKey(tenant, 'others')
          ? Promise.reject(new DependencyError('redis', 'silent'))
          : connection.run(script, keys, args),
    };
    const both = [add(), { ...add(), projection: 'others' }];
    await expect(redisProjections(half).apply(tenant, 'e1', both)).rejects.toThrow(DependencyError);
  });

  it('adds no members without a fault', async () => {
    await projections.apply(tenant, 'e1', [
      { projection: NAME, commands: [...add().commands, ['SADD', 'all'], ['PFADD', 'seen']] },
    ]);
    expect([await sum(), await guardTtl('e1')]).toEqual(['1', expect.any(Number)]);
  });

  it('refuses commands that do not commute', async () => {
    const faulty = { projection: NAME, commands: [['SET', 'sum', '1'] as const] };
    await expect(projections.apply(tenant, 'e1', [faulty])).rejects.toThrow('there is no command SET here');
  });
});

describe('generations (protocol: both-generations)', () => {
  it('are both written to, each behind its own guard, from the moment a coming one is announced', async () => {
    await projections.apply(tenant, 'e1', [add()]);
    await setGenerations('0,1');
    await projections.apply(tenant, 'e2', [add(10)]);
    await projections.apply(tenant, 'e1', [add()]);
    expect([await sum('0'), await sum('1')]).toEqual(['11', '11']);
    expect(await projections.read(tenant, NAME, 'counter', ['sum'])).toBe(11);
  });

  it('that changed are learnt by the first call that was refused, and that call is repeated', async () => {
    await projections.apply(tenant, 'e1', [add()]);
    await setGenerations('0,1');
    await projections.apply(tenant, 'e2', [add()]);
    await setGenerations('1');
    await projections.apply(tenant, 'e3', [add()]);
    expect([await sum('0'), await sum('1')]).toEqual(['2', '2']);
    expect(await redisProjections(connection).read(tenant, NAME, 'counter', ['sum'])).toBe(2);
  });

  it('are read from the current one by a reader that believes in another', async () => {
    await projections.apply(tenant, 'e1', [add()]);
    await setGenerations('7');
    expect(await projections.read(tenant, NAME, 'counter', ['sum'])).toBe(0);
  });

  it('are written to where the commands fit, though the other one refuses them', async () => {
    await engine.redis.sadd(projectionKey(tenant, NAME, '0', 'sum'), 'x');
    await setGenerations('0,1');
    await expect(projections.apply(tenant, 'e1', [add()])).rejects.toThrow(ProjectionRefusedError);
    await expect(projections.apply(tenant, 'e1', [add()])).rejects.toThrow(ProjectionRefusedError);
    expect(await sum('1')).toBe('1');
  });

  it('that never hold still end the call instead of repeating it for ever', async () => {
    let changes = 0;
    const restless: RedisConnection = {
      ...connection,
      log: connection.log,
      timeoutMs: connection.timeoutMs,
      subscriber: connection.subscriber,
      faults: 0,
      close: () => connection.close(),
      command: (...args) => connection.command(...args),
      all: (asked) => connection.all(asked),
      run: async () => String(++changes),
    };
    await expect(redisProjections(restless).apply(tenant, 'e1', [add()])).rejects.toThrow(DependencyError);
    expect(changes).toBe(6);
  });
});

describe('guards', () => {
  const cut = (eventKey: string) => projections.cutGuards([{ tenant, eventKey, projection: NAME }]);

  it('are cut to an hour, and never made longer', async () => {
    await projections.apply(tenant, 'e1', [add()]);
    expect(await guardTtl('e1')).toBeGreaterThan(SEVEN_DAYS_MS - 5000);
    await cut('e1');
    expect(await guardTtl('e1')).toBeLessThanOrEqual(HOUR_MS);
    expect(await guardTtl('e1')).toBeGreaterThan(HOUR_MS - 5000);
    await engine.redis.pexpire(guardKey(tenant, NAME, '0', 'e1'), 1000);
    await cut('e1');
    expect(await guardTtl('e1')).toBeLessThanOrEqual(1000);
  });

  it('keep their seven days while a rebuild is announced, also to one who has not heard of it (protocol: both-generations)', async () => {
    await projections.apply(tenant, 'e1', [add()]);
    await setGenerations('0,1');
    await cut('e1');
    await projections.apply(tenant, 'e1', [add()]);
    await cut('e1');
    expect(await guardTtl('e1', '0')).toBeGreaterThan(SEVEN_DAYS_MS - 5000);
    expect(await guardTtl('e1', '1')).toBeGreaterThan(SEVEN_DAYS_MS - 5000);
  });

  it('of the generation that is current after the switch are the ones that are cut', async () => {
    await setGenerations('0,1');
    await projections.apply(tenant, 'e1', [add()]);
    await setGenerations('1');
    await cut('e1');
    expect(await guardTtl('e1', '1')).toBeGreaterThan(SEVEN_DAYS_MS - 5000);
    await projections.apply(tenant, 'e2', [add()]);
    await cut('e2');
    expect(await guardTtl('e2', '1')).toBeLessThanOrEqual(HOUR_MS);
  });
});
