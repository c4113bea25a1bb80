import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { claims } from '../../../support/claims/claim.ts';

const keys = claims('redis', 'keys');
const transactions = claims('redis', 'transactions');
const publishing = claims('redis', 'pub/sub');
const scripts = claims('redis', 'scripts');
const hyperloglog = claims('redis', 'hyperloglog');
const connection = claims('redis', 'connection');

let embedded: RunningRedis | undefined;
let redis: Redis;
let other: Redis;
const prefix = `test-${randomBytes(6).toString('hex')}-`;

beforeAll(async () => {
  embedded = process.env.REDIS_URL ? undefined : await startRedis();
  const url = process.env.REDIS_URL ?? embedded?.url ?? '';
  redis = new Redis(url);
  other = new Redis(url);
});
afterAll(async () => {
  const left = await redis.keys(`${prefix}*`);
  if (left.length > 0) await redis.del(...left);
  redis.disconnect();
  other.disconnect();
  await embedded?.stop();
});

keys.does('develop/using-commands/keyspace/', 'keys and values are any bytes', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const key = Buffer.concat([Buffer.from(prefix), bytes]);
  await redis.set(key, bytes);
  expect(await redis.getBuffer(key)).toEqual(bytes);
  await redis.hset(`${prefix}h`, bytes, bytes);
  expect(await redis.callBuffer('HGETALL', `${prefix}h`)).toEqual([bytes, bytes]);
  expect(await redis.callBuffer('EVAL', 'return ARGV[1]', '0', bytes)).toEqual(bytes);
  expect(await redis.callBuffer('EVAL', 'return redis.call("GET", KEYS[1])', '1', key)).toEqual(bytes);
});

keys.does('develop/using-commands/keyspace/', 'values may be megabytes', async () => {
  const large = 'é'.repeat(2_000_000);
  await redis.set(`${prefix}large`, large);
  expect(await redis.get(`${prefix}large`)).toBe(large);
  expect(await redis.eval('return #redis.call("GET", KEYS[1])', 1, `${prefix}large`)).toBe(4_000_000);
});

keys.does(
  'commands/expire/#how-redis-expires-keys',
  'expiry takes keys away for every command, asked for or not',
  async () => {
    const key = `${prefix}gone`;
    await redis.set(key, 'v', 'PX', 60_000);
    await redis.sadd(`${prefix}gone-set`, 'a');
    expect(await redis.get(key)).toBe('v');
    for (const one of [key, `${prefix}gone-set`]) await redis.pexpire(one, 30);
    await sleep(45);
    expect(await redis.get(key)).toBeNull();
    expect(await redis.set(key, 'w', 'PX', 30, 'NX')).toBe('OK');
    expect(await redis.keys(`${prefix}gone-set`)).toEqual([]);
    await sleep(45);
    expect(await redis.exists(key, `${prefix}gone-set`)).toBe(0);
    expect(await redis.incr(key)).toBe(1);
    expect(await redis.pttl(key)).toBe(-1);
  },
);

transactions.does('commands/watch/', 'expiry of a watched key ends the transaction', async () => {
  const key = `${prefix}watched`;
  // Both leave together, so that the key is there when it is watched.
  await Promise.all([redis.set(key, 'v', 'PX', 200), redis.watch(key)]);
  await sleep(250);
  expect(await redis.multi().set(key, 'w').exec()).toBeNull();
});

keys.does('commands/scan/#scan-guarantees', 'SCAN brings every key that stays, while others come and go', async () => {
  const stay = Array.from({ length: 300 }, (_, index) => `${prefix}scan:${index}`);
  await redis.mset(stay.flatMap((key) => [key, 'v']));
  await redis.sadd(`${prefix}scan:set`, 'a');
  const found = new Set<string>();
  let cursor = '0';
  let step = 0;
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}scan:*`, 'COUNT', 20, 'TYPE', 'string');
    for (const key of keys) found.add(key);
    cursor = next;
    await other.set(`${prefix}scan:new${step}`, 'v');
    await other.del(`${prefix}scan:new${step++ - 1}`);
  } while (cursor !== '0');
  expect(stay.filter((key) => !found.has(key))).toEqual([]);
  expect(found.has(`${prefix}scan:set`)).toBe(false);
});

publishing.does(
  'develop/pubsub/',
  'a message reaches channels, patterns and shard channels, each as long as subscribed',
  async () => {
    const listener = other.duplicate();
    const heard: string[][] = [];
    for (const word of ['message', 'pmessage', 'smessage'])
      listener.on(word, (...parts) => heard.push([word, ...parts]));
    await listener.subscribe(`${prefix}a`, `${prefix}b`);
    await listener.psubscribe(`${prefix}?`);
    await listener.ssubscribe(`${prefix}s`);
    expect(await redis.publish(`${prefix}a`, '1')).toBe(2);
    expect(await redis.eval('return redis.call("PUBLISH", KEYS[1], "2")', 1, `${prefix}b`)).toBe(2);
    expect(await redis.call('SPUBLISH', `${prefix}s`, '3')).toBe(1);
    expect(await redis.pubsub('NUMSUB', `${prefix}a`)).toEqual([`${prefix}a`, 1]);
    expect(await redis.pubsub('CHANNELS', `${prefix}*`)).toHaveLength(2);
    await listener.unsubscribe(`${prefix}a`);
    await listener.punsubscribe(`${prefix}?`);
    expect(await redis.publish(`${prefix}a`, '4')).toBe(0);
    expect(heard).toEqual([
      ['message', `${prefix}a`, '1'],
      ['pmessage', `${prefix}?`, `${prefix}a`, '1'],
      ['message', `${prefix}b`, '2'],
      ['pmessage', `${prefix}?`, `${prefix}b`, '2'],
      ['smessage', `${prefix}s`, '3'],
    ]);
    listener.disconnect();
    for (let tries = 0; (await redis.publish(`${prefix}b`, '5')) > 0 && tries < 100; tries++) await sleep(10);
    expect(await redis.publish(`${prefix}b`, '5')).toBe(0);
  },
);

publishing.does('commands/subscribe/', 'a subscriber may still ask PING', async () => {
  const listener = other.duplicate();
  await listener.subscribe(`${prefix}a`);
  await expect(listener.call('PING', 'x')).resolves.toBeDefined();
  listener.disconnect();
});

scripts.does('develop/programmability/eval-intro/', 'scripts run one at a time', async () => {
  const script = `local n = tonumber(redis.call('GET', KEYS[1]) or '0')
    for i = 1, 1000 do n = n + 1 end
    redis.call('SET', KEYS[1], string.format('%.0f', n)) return n`;
  const clients = [redis, other];
  await Promise.all(Array.from({ length: 50 }, (_, index) => clients[index % 2]?.eval(script, 1, `${prefix}atomic`)));
  expect(await redis.get(`${prefix}atomic`)).toBe('50000');
});

scripts.does('commands/evalsha/', 'scripts are loaded by ioredis where the server does not know them', async () => {
  await redis.script('FLUSH');
  redis.defineCommand('addTwice', { numberOfKeys: 1, lua: 'return redis.call("INCRBY", KEYS[1], ARGV[1] * 2)' });
  const added = Reflect.get(redis, 'addTwice').call(redis, `${prefix}twice`, 21);
  expect(await added).toBe(42);
});

hyperloglog.does('commands/pfcount/', 'PFCOUNT is within 2 % of 20,000 visitors', async () => {
  for (let start = 0; start < 20_000; start += 1000)
    await redis.pfadd(`${prefix}hll`, ...Array.from({ length: 1000 }, (_, index) => `visitor-${start + index}`));
  const count = await redis.pfcount(`${prefix}hll`);
  expect(Math.abs(count - 20_000)).toBeLessThan(400);
  // What redis-server 7.0.15 counts: hash, registers and estimator are its own.
  expect(count).toBe(20_241);
});

connection.does('commands/info/', 'INFO says what ioredis and Sluice look at', async () => {
  const info = await redis.info();
  for (const line of [/^redis_version:[7-9]\./m, /^role:master/m, /^loading:0/m, /^cluster_enabled:0/m])
    expect(info).toMatch(line);
});
