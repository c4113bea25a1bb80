import fc from 'fast-check';
import { command } from './values.ts';

const withExpiry = ['EX|PX e', 'EXAT|PXAT t'];
const rangeOptions = ['WITHSCORES', 'LIMIT i i', 'REV', 'BYSCORE'];
const namedOptions = [...rangeOptions, 'BYLEX'];
const unknown = [
  'NOSUCH',
  '',
  'x'.repeat(127),
  'x'.repeat(128),
  'x'.repeat(300),
  'NO\x00SUCH',
  'NO\r\nSUCH',
  'get ',
  'QUIT|X',
];

/** All that the engine knows but for what is chance, or about the server itself. DBSIZE counts what has expired, for a while. */
const plainCommand: fc.Arbitrary<string[]> = fc.oneof(
  command('SET s m', 'NX|XX|GET|KEEPTTL|nx|FOO', ...withExpiry),
  command('SET s f'),
  command('SET s i'),
  command('GET|GETDEL s'),
  command('GETEX s', 'PERSIST', ...withExpiry),
  command('MGET|SETNX|GETSET|APPEND s m'),
  command('MSET|MSETNX s m', 's m', 's'),
  command('SETEX|PSETEX s e m'),
  command('STRLEN|INCR|DECR s'),
  command('INCRBY|DECRBY s i'),
  command('INCRBYFLOAT s f'),
  command('DEL|UNLINK|EXISTS|TOUCH k', 'k'),
  command('TYPE|TTL|PTTL|EXPIRETIME|PEXPIRETIME|PERSIST k'),
  command('EXPIRE|PEXPIRE k e', 'NX|XX|GT|LT|foo'),
  command('EXPIREAT|PEXPIREAT k t', 'NX|XX|GT|LT'),
  command('RENAME|RENAMENX s s'),
  command('COPY s s', 'REPLACE', 'DB 0|1|99|x', 'FOO'),
  command('KEYS g'),
  command('SCAN 0', 'COUNT 1000', 'MATCH g', 'TYPE string|hash|zset|nosuch', 'COUNT 0|x', 'FOO'),
  command('SCAN o COUNT 1000'),
  command('FLUSHDB|FLUSHALL', 'ASYNC|SYNC|x'),
  command('HSET|HMSET s m m', 'm m', 'm'),
  command('HSETNX s m m'),
  command('HGET|HEXISTS|HSTRLEN s m'),
  command('HMGET|HDEL s m', 'm'),
  command('HGETALL|HLEN|HKEYS|HVALS|LLEN|SCARD|ZCARD|SMEMBERS s'),
  command('HINCRBY s m i'),
  command('HINCRBYFLOAT s m f'),
  command('HSCAN|SSCAN|ZSCAN s o', 'MATCH g', 'COUNT 1000|0|x|-1', 'FOO'),
  command('SADD|SREM|SMISMEMBER s m', 'm'),
  command('SISMEMBER s m'),
  command('SPOP|SRANDMEMBER s 100|0|x|-9223372036854775808'),
  command('ZADD s', 'NX|XX|GT|LT|CH|INCR|xx', 'f m', 'f m'),
  command('ZADD s f m', 'f m'),
  command('ZINCRBY s f m'),
  command('ZSCORE|ZRANK|ZREVRANK s m'),
  command('ZMSCORE|ZREM s m', 'm'),
  command('ZRANGE s b b', ...rangeOptions),
  command('ZRANGE s i i', ...rangeOptions),
  command('ZADD z 0 m', '0 m', '0 m'),
  command('ZREM|ZRANK z m'),
  command('ZRANGE z l l BYLEX', ...namedOptions),
  command('ZRANGE z b b', ...namedOptions),
  command('ZREVRANGE s i i', 'WITHSCORES|FOO'),
  command('ZRANGEBYSCORE|ZREVRANGEBYSCORE s b b', 'WITHSCORES', 'LIMIT i i'),
  command('ZRANGEBYLEX|ZREVRANGEBYLEX z l l', 'LIMIT i i', 'WITHSCORES'),
  command('ZCOUNT|ZREMRANGEBYSCORE s b b'),
  command('ZLEXCOUNT|ZREMRANGEBYLEX z l l'),
  command('ZREMRANGEBYRANK s i i'),
  command('ZPOPMIN|ZPOPMAX s', 'i'),
  command('LPUSH|RPUSH|LPUSHX|RPUSHX s m', 'm'),
  command('LPOP|RPOP s', 'i'),
  command('LINDEX s i'),
  command('LRANGE|LTRIM s i i'),
  command('LREM s i m'),
  command('PFADD p', 'm'),
  command('PFCOUNT k', 'k'),
  command('PFMERGE p', 'k'),
  command('PUBSUB CHANNELS|NUMSUB|NUMPAT|SHARDCHANNELS|SHARDNUMSUB|FOO', 'c', 'g'),
  command('PING|ECHO', 'm'),
  command('SCRIPT EXISTS|FLUSH|LOAD|KILL|FOO', 'm'),
  command('CONFIG|CLIENT FOO|GETNAME|SETNAME', 'm'),
  command('HELLO 2|3|4|x|', 'AUTH default x', 'AUTH m m', 'SETNAME m', 'FOO'),
  command('AUTH m', 'm'),
);

/** With too few or too many arguments now and then. */
export const anyArity: fc.Arbitrary<string[]> = fc.tuple(plainCommand, fc.nat(24)).map(([all, chance]) => {
  // Without a count these would draw one of several.
  const shortens = chance === 0 && all.length > 1 && !/^(SPOP|SRANDMEMBER)$/.test(all[0] ?? '');
  if (shortens) return all.slice(0, -1);
  return chance === 1 ? [...all, 'more'] : all;
});

/** What there is none of, with much that the answer says of it. */
export const noCommand: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...unknown).map((word) => [word]),
      fc.tuple(fc.constantFrom('CLIENT', 'CONFIG', 'SCRIPT', 'PUBSUB'), fc.constantFrom(...unknown)),
    ),
    command('', 'm', 'm', 'c'),
  )
  .map(([head, tail]) => [...head, ...tail]);

/** What the engine leaves out, with arguments. */
const leftOutPatterns = [
  'LSET s i m',
  'GETRANGE s i i',
  'XADD s * m m',
  'SINTER s s',
  'COPY s s',
  'OBJECT ENCODING s',
  'LPOS s m',
  'ZRANDMEMBER s',
  'BLPOP s 0.01',
];
/** Of these commands it must say that there are none. SYNC is left of FLUSHALL SYNC behind a packet that lacks its end. */
export const leftOutCommands = [...leftOutPatterns.map((pattern) => pattern.split(' ', 1)[0] ?? ''), 'SYNC'];
export const leftOut: fc.Arbitrary<string[]> = fc.oneof(...leftOutPatterns.map((pattern) => command(pattern)));

export const transaction: fc.Arbitrary<string[]> = fc.constantFrom(
  ['MULTI'],
  ['EXEC'],
  ['DISCARD'],
  ['UNWATCH'],
  ['MULTI', 'x'],
  ['exec'],
);
export const watch: fc.Arbitrary<string[]> = command('WATCH k', 'k');
export const connection: fc.Arbitrary<string[]> = fc.oneof(
  fc.constantFrom<string[]>(
    ['SELECT', '0'],
    ['SELECT', '1'],
    ['SELECT', '99'],
    ['RESET'],
    ['QUIT'],
    ['HELLO', '3'],
    ['HELLO', '2'],
  ),
  command('SELECT i'),
);
export const subscription: fc.Arbitrary<string[]> = fc.oneof(
  command('SUBSCRIBE|SSUBSCRIBE|UNSUBSCRIBE|SUNSUBSCRIBE c', 'c'),
  command('PSUBSCRIBE|PUNSUBSCRIBE g', 'g'),
  fc.constantFrom<string[]>(['UNSUBSCRIBE'], ['PUNSUBSCRIBE'], ['SUNSUBSCRIBE'], ['PING'], ['PING', 'x']),
);
export const publication: fc.Arbitrary<string[]> = command('PUBLISH|SPUBLISH c m');
