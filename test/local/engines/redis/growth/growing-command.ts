/** How the documentation says that a command's time grows with what is stored. */
export type Order = 'constant' | 'logarithmic' | 'linear';

export interface GrowingCommand {
  /** What it is called with, besides its name, when there may be several. */
  title: string;
  order: Order;
  /** What is there before, of this size, each command once. */
  prepare(size: number): string[][];
  /** What is measured, again and again. */
  run(round: number, size: number): string[];
}

const names = (size: number): string[] => Array.from({ length: size }, (_, index) => `member:${index}`);
const list = (size: number) => [['RPUSH', 'k', ...names(size)]];
const set = (size: number) => [['SADD', 'k', ...names(size)]];
const hash = (size: number) => [['HSET', 'k', ...names(size).flatMap((name) => [name, 'v'])]];
const sorted = (size: number) => [['ZADD', 'k', ...names(size).flatMap((name, index) => [`${index}`, name])]];
const alike = (size: number) => [['ZADD', 'k', ...names(size).flatMap((name) => ['0', name])]];
const keyed = (size: number) => [['MSET', ...names(size).flatMap((name) => [name, 'v'])]];
const expiring = (size: number) => names(size).map((name) => ['SET', name, 'v', 'EX', '1000']);
const text = (size: number) => [['SET', 'k', 'v'.repeat(size)]];
const registers = (size: number) => [['PFADD', 'k', ...names(size)]];
const channels = (size: number) => [['SUBSCRIBE', ...names(size)]];
const patterns = (size: number) => [['PSUBSCRIBE', ...names(size)]];
const watched = (size: number) => [['WATCH', ...names(size)]];

type Words = string | ((round: number, size: number) => string);

function given(prepare: GrowingCommand['prepare'], order: Order, ...commands: Words[]): GrowingCommand[] {
  return commands.map((words) => {
    const run = (round: number, size: number) => (typeof words === 'string' ? words : words(round, size)).split(' ');
    return { title: run(1, 2).join(' '), order, prepare, run };
  });
}

/** Any of them, far apart. */
const any = (round: number, size: number): number => (round * 7919) % size;
const one = (round: number, size: number): string => `member:${any(round, size)}`;

/** https://redis.io/docs/latest/commands/ names the order of each. */
export const growingCommands: readonly GrowingCommand[] = [
  ...given(
    list,
    'constant',
    'LPUSH k a',
    'RPUSH k a',
    'LPUSHX k a',
    'RPUSHX k a',
    'LPOP k',
    'RPOP k',
    'LPOP k 3',
    'RPOP k 3',
  ),
  ...given(list, 'constant', 'LLEN k', 'LRANGE k 0 9', 'LRANGE k -10 -1', 'LTRIM k 1 -2', 'LINDEX k 0', 'LINDEX k -1'),
  ...given(list, 'linear', 'LREM k 0 none', 'LRANGE k 0 -1', (round, size) => `LINDEX k ${any(round, size)}`),
  ...given(set, 'constant', 'SPOP k', 'SRANDMEMBER k', 'SRANDMEMBER k 5', 'SRANDMEMBER k -5', 'SPOP k 3', 'SCARD k'),
  ...given(set, 'constant', 'SSCAN k 0', (round, size) => `SSCAN k ${any(round, size)} COUNT 10`),
  ...given(
    set,
    'constant',
    (round) => `SADD k new:${round}`,
    (round, size) => `SREM k ${one(round, size)}`,
  ),
  ...given(
    set,
    'constant',
    (round, size) => `SISMEMBER k ${one(round, size)}`,
    (round, size) => `SMISMEMBER k ${one(round, size)} x`,
  ),
  ...given(set, 'linear', 'SMEMBERS k'),
  ...given(
    hash,
    'constant',
    (round) => `HSET k new:${round} v`,
    (round, size) => `HDEL k ${one(round, size)}`,
    'HLEN k',
    'HSCAN k 0',
  ),
  ...given(
    hash,
    'constant',
    (round, size) => `HGET k ${one(round, size)}`,
    (round, size) => `HMGET k ${one(round, size)} none`,
  ),
  ...given(
    hash,
    'constant',
    (round, size) => `HEXISTS k ${one(round, size)}`,
    (round, size) => `HSTRLEN k ${one(round, size)}`,
  ),
  ...given(
    hash,
    'constant',
    'HINCRBY k n 1',
    'HINCRBYFLOAT k f 1.5',
    (round) => `HSETNX k nx:${round} v`,
    'HMSET k f v',
  ),
  ...given(hash, 'constant', (round, size) => `HSCAN k ${any(round, size)} COUNT 10`),
  ...given(hash, 'linear', 'HGETALL k', 'HKEYS k', 'HVALS k'),
  ...given(
    sorted,
    'constant',
    'ZCARD k',
    'ZSCAN k 0',
    (round, size) => `ZSCORE k ${one(round, size)}`,
    (round, size) => `ZMSCORE k ${one(round, size)} x`,
  ),
  ...given(
    sorted,
    'logarithmic',
    (round, size) => `ZADD k ${any(round, size)} new:${round}`,
    (round, size) => `ZADD k ${any(round + 1, size)} ${one(round, size)}`,
  ),
  ...given(
    sorted,
    'logarithmic',
    (round, size) => `ZINCRBY k 100.5 ${one(round, size)}`,
    (round, size) => `ZREM k ${one(round, size)}`,
  ),
  ...given(
    sorted,
    'logarithmic',
    (round, size) => `ZRANK k ${one(round, size)}`,
    (round, size) => `ZREVRANK k ${one(round, size)}`,
  ),
  ...given(
    sorted,
    'logarithmic',
    'ZPOPMIN k',
    'ZPOPMAX k',
    'ZRANGE k 0 9',
    'ZREVRANGE k 0 9',
    'ZCOUNT k -inf +inf',
    (round, size) => `ZCOUNT k 3 ${any(round, size)}`,
  ),
  ...given(sorted, 'logarithmic', 'ZRANGEBYSCORE k -inf +inf LIMIT 0 10', 'ZREVRANGEBYSCORE k +inf -inf LIMIT 5 10'),
  ...given(
    sorted,
    'logarithmic',
    (round, size) => `ZRANGE k ${any(round, size)} +inf BYSCORE LIMIT 0 5`,
    (round, size) => `ZREMRANGEBYSCORE k ${any(round, size)} ${any(round, size)}`,
  ),
  ...given(
    sorted,
    'logarithmic',
    (round, size) => `ZREMRANGEBYRANK k ${any(round, size >> 1)} ${any(round, size >> 1)}`,
  ),
  ...given(sorted, 'linear', 'ZRANGE k 0 -1'),
  ...given(
    alike,
    'logarithmic',
    'ZRANGEBYLEX k - + LIMIT 0 10',
    'ZREVRANGEBYLEX k + - LIMIT 0 10',
    'ZLEXCOUNT k - [member:5',
    (round, size) => `ZREMRANGEBYLEX k [${one(round, size)} [${one(round, size)}`,
  ),
  ...given(
    text,
    'constant',
    'APPEND k a',
    'STRLEN k',
    'TYPE k',
    'EXISTS k',
    'TOUCH k',
    'GETSET k v',
    'SETNX k v',
    'DEL k',
    'UNLINK k',
    'GETDEL k',
  ),
  ...given(
    keyed,
    'constant',
    'SCAN 0',
    (round, size) => `SCAN ${any(round, size)} COUNT 10`,
    'DBSIZE',
    'INFO keyspace',
    (round) => `SET new:${round} v`,
  ),
  ...given(
    keyed,
    'constant',
    (round, size) => `GET ${one(round, size)}`,
    (round, size) => `DEL ${one(round, size)}`,
    (round, size) => `RENAME ${one(round, size)} to`,
  ),
  ...given(
    keyed,
    'constant',
    (round, size) => `RENAMENX ${one(round, size)} to:${round}`,
    (round, size) => `COPY ${one(round, size)} copy:${round}`,
    (round, size) => `MGET ${one(round, size)} x`,
    'INCR n',
    'DECR n',
    'INCRBY n 2',
    'DECRBY n 2',
  ),
  ...given(
    keyed,
    'constant',
    'INCRBYFLOAT x 1.5',
    'MSET a 1 b 2',
    'MSETNX a 1 b 2',
    'SETEX a 9 v',
    'PSETEX a 900 v',
    'GETEX a EX 100',
  ),
  ...given(keyed, 'linear', 'KEYS member:*1*', 'KEYS none'),
  ...given(
    expiring,
    'constant',
    'DBSIZE',
    'INFO keyspace',
    'SCAN 0',
    (round, size) => `EXPIRE ${one(round, size)} 500`,
    (round, size) => `PEXPIRE ${one(round, size)} 5000000`,
  ),
  ...given(
    expiring,
    'constant',
    (round, size) => `TTL ${one(round, size)}`,
    (round, size) => `PTTL ${one(round, size)}`,
    (round, size) => `PERSIST ${one(round, size)}`,
  ),
  ...given(
    expiring,
    'constant',
    (round, size) => `EXPIRETIME ${one(round, size)}`,
    (round, size) => `PEXPIRETIME ${one(round, size)}`,
  ),
  ...given(
    expiring,
    'constant',
    (round, size) => `EXPIREAT ${one(round, size)} 33177117420`,
    (round, size) => `PEXPIREAT ${one(round, size)} 33177117420000`,
  ),
  ...given(registers, 'constant', (round) => `PFADD k new:${round}`, 'PFCOUNT k', 'PFCOUNT k none', 'PFMERGE k other'),
  ...given(
    channels,
    'constant',
    'PUBLISH none m',
    'PUBSUB NUMSUB member:1',
    'SUBSCRIBE member:1',
    'CLIENT INFO',
    'SSUBSCRIBE a',
    'SPUBLISH b m',
    'PUBSUB SHARDNUMSUB a',
  ),
  ...given(
    channels,
    'constant',
    (round, size) => `UNSUBSCRIBE ${one(round, size)}`,
    'SUNSUBSCRIBE a',
    'PUNSUBSCRIBE a',
  ),
  ...given(channels, 'linear', 'PUBSUB CHANNELS none'),
  ...given(patterns, 'constant', 'PUBSUB NUMPAT', 'PSUBSCRIBE member:1'),
  ...given(patterns, 'linear', 'PUBLISH none m'),
  ...given(watched, 'constant', (round) => `WATCH new:${round}`, 'UNWATCH'),
];

/** What they do does not depend on how much is stored, or is measured where it does: scripts, transactions and the rest of pub/sub and connections. */
export const boundedCommands = new Set(
  'auth client command config cluster echo eval eval_ro evalsha evalsha_ro exec discard multi hello ping quit reset script select time flushall flushdb'.split(
    ' ',
  ),
);
