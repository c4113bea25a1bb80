import fc from 'fast-check';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { carried } from '../../../support/carried.ts';

async function started() {
  const server = await startRedis();
  const redis = new Redis(server.url);
  onTestFinished(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { server, redis };
}

async function restored(from: RunningRedis) {
  const to = await started();
  await to.server.restore(carried(from.save()));
  return to;
}

const READ: Readonly<Record<string, readonly string[]>> = {
  hash: ['HGETALL'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1', 'WITHSCORES'],
  list: ['LRANGE', '0', '-1'],
  string: ['GET'],
};

/** Everything that clients can see: keys in the order of SCAN, their types, times and bytes. */
async function seen(redis: Redis, databases = [0]) {
  const all: unknown[] = [];
  for (const database of databases) {
    await redis.select(database);
    for (const key of await redis.scanBuffer('0', 'COUNT', 100_000).then(([, keys]) => keys)) {
      const type = await redis.type(key);
      const [command = '', ...rest] = READ[type] ?? [];
      const content = await redis.callBuffer(command, key, ...rest);
      all.push([database, key, type, await redis.pexpiretime(key), content]);
    }
  }
  return all;
}

const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array));
const key = fc.integer({ min: 0, max: 6 });
const late = Date.now() + 3_600_000;
const command = fc.oneof(
  fc.tuple(key, bytes).map(([k, text]) => ['SET', `s${k}`, text]),
  fc.tuple(key, bytes).map(([k, text]) => ['APPEND', `s${k}`, text]),
  fc.tuple(key, bytes, bytes).map(([k, field, text]) => ['HSET', `h${k}`, field, text]),
  fc.tuple(key, bytes).map(([k, member]) => ['SADD', `m${k}`, member]),
  fc
    .tuple(key, fc.constantFrom('-inf', '+inf', '0.1', '-0', '7'), bytes)
    .map(([k, score, member]) => ['ZADD', `z${k}`, score, member]),
  fc.tuple(key, bytes, fc.boolean()).map(([k, item, left]) => [left ? 'LPUSH' : 'RPUSH', `l${k}`, item]),
  fc.tuple(key, bytes).map(([k, element]) => ['PFADD', `p${k}`, element]),
  fc
    .tuple(fc.constantFrom('s', 'h', 'm', 'z', 'l', 'p'), key, fc.nat(1000))
    .map(([kind, k, ms]) => ['PEXPIREAT', `${kind}${k}`, String(late + ms)]),
  fc.tuple(fc.constantFrom('s', 'h', 'm', 'z', 'l', 'p'), key).map(([kind, k]) => ['DEL', `${kind}${k}`]),
);

test('after random operations the one that is restored answers as the one that was saved', async () => {
  const { server, redis } = await started();
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      await redis.flushall();
      for (const [name = '', ...rest] of commands) await redis.call(String(name), ...rest);
      const other = await startRedis();
      const reader = new Redis(other.url);
      try {
        await other.restore(carried(server.save()));
        expect(await seen(reader)).toEqual(await seen(redis));
        for (let k = 0; k <= 6; k++) expect(await reader.pfcount(`p${k}`)).toBe(await redis.pfcount(`p${k}`));
      } finally {
        reader.disconnect();
        await other.stop();
      }
    }),
    { numRuns: 12 },
  );
});

test('what does not fit into one record comes back whole: long strings, many members; so do other databases', async () => {
  const { server, redis } = await started();
  const many = Array.from({ length: 2500 }, (_, n) => String(n));
  await redis.set('long', Buffer.alloc(2_500_000, 'xyz'));
  await redis.set('empty', '');
  await redis.sadd('set', many);
  await redis.rpush('list', ...many);
  await redis.hset('hash', Object.fromEntries(many.map((one) => [`f${one}`, one])));
  await redis.zadd('zset', ...many.flatMap((one) => [one, one]));
  await redis.select(3);
  await redis.set('elsewhere', '1', 'PX', 3_600_000);
  const other = await restored(server);
  expect(await seen(other.redis, [0, 3])).toEqual(await seen(redis, [0, 3]));
});

test('what is saved is of one moment', async () => {
  const { server, redis } = await started();
  await redis.mset('a', '1', 'b', '1');
  await redis.hset('c', 'field', '1');
  const records: Uint8Array[] = [];
  for (const record of server.save()) {
    records.push(record);
    if (records.length > 1) continue;
    await redis.mset('b', '2', 'd', '2');
    await redis.hset('c', 'field', '2');
  }
  const other = await started();
  await other.server.restore(carried(records));
  expect(await other.redis.mget('a', 'b', 'd')).toEqual(['1', '1', null]);
  expect(await other.redis.hget('c', 'field')).toBe('1');
});

test('a key whose time came while nothing ran is gone', async () => {
  const { server, redis } = await started();
  await redis.set('soon', '1', 'PX', 20);
  await redis.set('stays', '1');
  const records = [...server.save()];
  await expect.poll(() => redis.exists('soon')).toBe(0);
  const other = await started();
  await other.server.restore(carried(records));
  expect(await other.redis.keys('*')).toEqual(['stays']);
});

test('its number of changes is another one after every change, and only then', async () => {
  const { server, redis } = await started();
  for (const [name = '', ...rest] of [
    ['SET', 'a', '1'],
    ['HSET', 'h', 'f', '1'],
    ['HSET', 'h', 'f', '2'],
    ['RPUSH', 'l', '1'],
    ['LPOP', 'l'],
    ['PFADD', 'p', '1'],
    ['ZADD', 'z', '1', 'm'],
    ['ZINCRBY', 'z', '1', 'm'],
    ['EXPIRE', 'a', '100'],
    ['PERSIST', 'a'],
    ['RENAME', 'a', 'b'],
    ['FLUSHALL'],
  ]) {
    const before = server.changes();
    await redis.call(name ?? '', ...rest);
    expect([name, server.changes()]).not.toEqual([name, before]);
    const after = server.changes();
    await redis.get('b');
    expect([...server.save()].length).toBeGreaterThanOrEqual(0);
    expect(server.changes()).toBe(after);
  }
});

test('what is no record of its is refused', async () => {
  const { server } = await started();
  await expect(server.restore(carried([Buffer.from('[99,"k",null,"string","v"]')]))).rejects.toThrow(
    'no record of a Redis',
  );
});
