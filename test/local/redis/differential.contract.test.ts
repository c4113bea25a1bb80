import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningRedis, startRedis } from '../../../local/redis/server.ts';

/** The judge, when there is one: any redis-server or valkey-server on the PATH. */
const judge = ['redis-server', 'valkey-server'].flatMap(onPath)[0];
if (!judge)
  console.log('differential test of the embedded Redis: left out, no redis-server or valkey-server on the PATH');

function onPath(name: string): string[] {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const keys = ['a', 'b', 'c', 'p', 'q'];
const key = fc.constantFrom(...keys);
/** Only these come to hold a HyperLogLog, whose bytes differ between the sparse form and the dense one that the engine always has. */
const counter = fc.constantFrom('p', 'q');
const text = fc.constantFrom('a', 'b', 'c');
const member = fc.constantFrom('m', 'n', 'é', '', '7', 'long member with spaces');
const integer = fc.constantFrom('0', '1', '-3', '41', '9223372036854775807', 'x', '1.5', '');
const score = fc.constantFrom('0', '1', '-2', '3', '(1', '+inf', '-inf', 'x');
const future = fc.constantFrom('33177117420', '33177117421', 'x', '1', '-1');
const one = (...words: string[]) => fc.constantFrom(...words);
const list = fc.array(member, { minLength: 0, maxLength: 4 });
const command = (name: string, ...parts: fc.Arbitrary<string | string[]>[]) =>
  fc.tuple(...parts).map((args) => [name, ...args.flat()]);

/** The commands that Sluice sends and their neighbours, right and wrong; none whose answer is chance or time. */
const anyCommand = fc.oneof(
  command(
    'SET',
    text,
    member,
    fc.constantFrom([], ['NX'], ['XX'], ['GET'], ['NX', 'GET'], ['KEEPTTL'], ['EX', '0'], ['EX']),
  ),
  command('SET', text, member, one('EXAT'), future, fc.constantFrom([], ['XX', 'GET'], ['NX', 'GET'])),
  command('GET', text),
  command('GETDEL', text),
  command('GETEX', text, fc.constantFrom([], ['PERSIST'], ['EXAT', '33177117420'], ['EX', '0'])),
  command('MGET', text, text),
  command('APPEND', text, member),
  command('STRLEN', text),
  command('INCRBY', key, integer),
  command('DECRBY', key, integer),
  command('DEL', key, key),
  command('EXISTS', key, key),
  command('TYPE', key),
  command('EXPIREAT', key, future, fc.constantFrom([], ['NX'], ['XX'], ['GT'], ['LT'], ['NX', 'GT'])),
  command('EXPIRETIME', key),
  command('PERSIST', key),
  command('HSET', key, member, member),
  command('HINCRBY', key, member, integer),
  command('HMGET', key, member, member),
  command('HDEL', key, member),
  command('HGETALL', key),
  command('SADD', key, list),
  command('SREM', key, member),
  command('SMISMEMBER', key, member, member),
  command(
    'ZADD',
    key,
    fc.constantFrom([], ['NX'], ['XX', 'CH'], ['GT'], ['LT', 'CH'], ['INCR'], ['NX', 'XX']),
    score,
    member,
  ),
  command('ZINCRBY', key, score, member),
  command(
    'ZRANGE',
    key,
    score,
    score,
    fc.constantFrom(['BYSCORE'], ['BYSCORE', 'REV'], ['BYSCORE', 'LIMIT', '1', '2'], []),
  ),
  command(
    'ZRANGE',
    key,
    one('0', '-2'),
    one('-1', '1'),
    fc.constantFrom(['WITHSCORES'], ['REV'], ['REV', 'WITHSCORES']),
  ),
  command('ZREMRANGEBYSCORE', key, score, score),
  command('ZRANK', key, member),
  command('ZCARD', key),
  command('ZREM', key, member),
  command('ZPOPMIN', key, fc.constantFrom([], ['2'], ['-1'])),
  command('PFADD', counter, list),
  command('PFCOUNT', key, key),
  command('PFMERGE', counter, key),
  command('RPUSH', key, list),
  command('LPOP', key, fc.constantFrom([], ['2'])),
  command('LRANGE', key, one('0', '-2', 'x'), one('-1', '1')),
  command('LREM', key, one('0', '1', '-1'), member),
  command('MULTI'),
  command('EXEC'),
  command('DISCARD'),
  command('WATCH', key),
  command(
    'EVAL',
    one('return redis.call(ARGV[1], KEYS[1])', 'return redis.pcall(ARGV[1], KEYS[1])'),
    one('1'),
    text,
    one('GET', 'INCR', 'HGETALL', 'ZCARD', 'MULTI'),
  ),
  command(
    'EVAL',
    one('redis.call("SET", KEYS[1], ARGV[1]) return {redis.call("INCR", KEYS[1]), 1.9, false}'),
    one('1'),
    text,
    integer,
  ),
);

let embedded: RunningRedis;
let server: ChildProcess;
let folder: string;
let pair: [Redis, Redis];

beforeAll(async () => {
  if (!judge) return;
  folder = mkdtempSync(join(tmpdir(), 'sluice-redis-'));
  const port = await freePort();
  server = spawn(judge, [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]);
  embedded = await startRedis();
  pair = [new Redis(port, '127.0.0.1'), new Redis(embedded.url)];
  for (const redis of pair) redis.on('error', () => undefined);
  await Promise.all(pair.map((redis) => redis.ping()));
});
afterAll(async () => {
  if (!judge) return;
  for (const redis of pair) redis.disconnect();
  await embedded.stop();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Errors as their texts; the members of hashes and sets in one order. */
function comparable(reply: unknown, name: string): unknown {
  if (reply instanceof Error) return `error: ${reply.message}`;
  return name === 'HGETALL' && Array.isArray(reply) ? reply.map(String).toSorted() : reply;
}

async function run(redis: Redis, commands: string[][]): Promise<unknown[]> {
  await redis.call('RESET');
  await redis.flushall();
  const replies: unknown[] = [];
  for (const [name = '', ...args] of commands)
    replies.push(comparable(await redis.call(name, ...args).catch((fault: unknown) => fault), name));
  await redis.call('RESET');
  return [...replies, ...(await Promise.all(keys.map((one) => contents(redis, one))))];
}

async function contents(redis: Redis, name: string): Promise<unknown> {
  const type = await redis.type(name);
  const expiry = await redis.call('PEXPIRETIME', name);
  switch (type) {
    case 'hash':
      return [type, expiry, Object.entries(await redis.hgetall(name)).toSorted()];
    case 'set':
      return [type, expiry, (await redis.smembers(name)).toSorted()];
    case 'zset':
      return [type, expiry, await redis.zrange(name, 0, -1, 'WITHSCORES')];
    case 'list':
      return [type, expiry, await redis.lrange(name, 0, -1)];
    case 'string': {
      // The bytes of a HyperLogLog differ between its sparse and its dense form; what it counts does not.
      const text = await redis.get(name);
      return [type, expiry, text?.startsWith('HYLL') ? await redis.pfcount(name) : text];
    }
    default:
      return type;
  }
}

it.runIf(judge)(
  '200 random sequences of commands are answered as the server answers them, and leave the same',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCommand, { minLength: 5, maxLength: 40 }), async (commands) => {
        const [theirs, ours] = await Promise.all(pair.map((redis) => run(redis, commands)));
        expect(ours).toEqual(theirs);
      }),
      { seed: 20_261_123, numRuns: 200 },
    );
  },
);
