import fc from 'fast-check';

/** Only p and q come to hold HyperLogLogs, whose bytes are another form than the server's. */
export const keys = ['a', 'b', 'c', '\x00\xff\r\nbinary', 'p', 'q'];
const members = ['m', 'n', 'Ã©', '', '7', '-3', 'long member with spaces', '\x00\xff\r\n', '[m', '1e3'];
const integers = [
  '0',
  '1',
  '-3',
  '41',
  '2',
  '-1',
  '9223372036854775807',
  '-9223372036854775808',
  'x',
  '1.5',
  '',
  ' 1',
  '+1',
  '01',
];
const floats = [
  '0',
  '1',
  '-2',
  '3.5',
  '0.1',
  '1e3',
  '-0',
  'inf',
  '-inf',
  '+inf',
  'nan',
  'x',
  '',
  ' 1',
  '0x10',
  '1e400',
  '.5',
  '5.',
  '3.0e-5',
  '12345678901234567890',
];
const bounds = ['0', '1', '-2', '3.5', '(1', '(', '', '+inf', '-inf', '(inf', 'x', ' 1', '0x2'];
const names = ['-', '+', '[m', '(m', '[', '(', 'm', '[zz', '(7'];
const times = ['33177117420', '33177117421', '1', '-1', '0', 'x', '9223372036854775807'];
const lasting = ['1000', '0', '-1', 'x', '9223372036854775807'];

/** What a letter in a pattern of a command stands for. */
const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  k: fc.constantFrom(...keys),
  s: fc.constantFrom(...keys.slice(0, 4)),
  p: fc.constantFrom('p', 'q'),
  m: fc.constantFrom(...members),
  i: fc.constantFrom(...integers),
  f: fc.constantFrom(...floats),
  b: fc.constantFrom(...bounds),
  l: fc.constantFrom(...names),
  t: fc.constantFrom(...times),
  e: fc.constantFrom(...lasting),
  g: fc.constantFrom('*', 'a*', '?', '[a-c]', '[^a]', '\\a', '', '[', 'm', '[ab'),
};

const words = (pattern: string): fc.Arbitrary<string>[] =>
  pattern
    .split(' ')
    .filter(Boolean)
    .map((word) => kinds[word] ?? fc.constantFrom(...word.split('|')));

/**
 * A command by its pattern: letters stand for values, other words for themselves, `a|b` for either.
 * @param options patterns of which some follow, in any order and as often as it comes
 */
function command(pattern: string, ...options: string[]): fc.Arbitrary<string[]> {
  const some =
    options.length === 0
      ? fc.constant<string[][]>([])
      : fc.array(fc.oneof(...options.map((option) => fc.tuple(...words(option)))), { maxLength: 3 });
  return fc.tuple(fc.tuple(...words(pattern)), some).map(([head, tail]) => [...head, ...tail.flat()]);
}

const withExpiry = ['EX|PX e', 'EXAT|PXAT t'];
const rangeOptions = ['WITHSCORES', 'LIMIT i i', 'REV', 'BYSCORE', 'BYLEX'];

/** All that the engine knows but for what is chance, time, or about connections. */
export const plainCommand: fc.Arbitrary<string[]> = fc.oneof(
  command('SET s m', 'NX|XX|GET|KEEPTTL|nx|FOO', ...withExpiry),
  command('SET s f'),
  command('GET|GETDEL s'),
  command('GETEX s', 'PERSIST', ...withExpiry),
  command('MGET|SETNX|GETSET|APPEND s m'),
  command('MSET|MSETNX s m', 's m', 's'),
  command('SETEX|PSETEX s e m'),
  command('STRLEN|INCR|DECR s'),
  command('INCRBY|DECRBY s i'),
  command('INCRBYFLOAT s f'),
  command('DEL|UNLINK|EXISTS|TOUCH k', 'k'),
  command('TYPE|TTL|EXPIRETIME|PERSIST k'),
  command('EXPIRE|PEXPIRE k e', 'NX|XX|GT|LT|foo'),
  command('EXPIREAT|PEXPIREAT k t', 'NX|XX|GT|LT'),
  command('RENAME|RENAMENX s s'),
  command('KEYS g'),
  command('SCAN 0', 'COUNT 1000', 'MATCH g', 'TYPE string|hash|zset|nosuch', 'COUNT 0|x', 'FOO'),
  command('FLUSHDB|FLUSHALL', 'ASYNC|SYNC|x'),
  command('HSET|HMSET s m m', 'm m', 'm'),
  command('HSETNX s m m'),
  command('HGET|HEXISTS|HSTRLEN s m'),
  command('HMGET|HDEL s m', 'm'),
  command('HGETALL|HLEN|HKEYS|HVALS|LLEN|SCARD|ZCARD|SMEMBERS s'),
  command('HINCRBY s m i'),
  command('HINCRBYFLOAT s m f'),
  command('HSCAN|SSCAN|ZSCAN s 0|x|-1', 'MATCH g', 'COUNT i', 'FOO'),
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
  command('ZRANGE s l l BYLEX', ...rangeOptions),
  command('ZREVRANGE s i i', 'WITHSCORES|FOO'),
  command('ZRANGEBYSCORE|ZREVRANGEBYSCORE s b b', 'WITHSCORES', 'LIMIT i i'),
  command('ZRANGEBYLEX|ZREVRANGEBYLEX s l l', 'LIMIT i i', 'WITHSCORES'),
  command('ZCOUNT|ZREMRANGEBYSCORE s b b'),
  command('ZLEXCOUNT|ZREMRANGEBYLEX s l l'),
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
  command('PUBLISH|SPUBLISH m m'),
  command('PUBSUB CHANNELS|NUMSUB|NUMPAT|SHARDNUMSUB|FOO', 'm'),
  command('PING|ECHO', 'm'),
  command('SCRIPT EXISTS|FLUSH|LOAD|KILL|FOO', 'm'),
  command('CONFIG|CLIENT FOO|GETNAME|SETNAME|GET', 'x'),
  command('HELLO 4|x', 'AUTH default x', 'SETNAME x', 'FOO'),
  command('AUTH m', 'm'),
  command('NOSUCH|XADD1|', 'm'),
);

/** With too few or too many arguments now and then. */
const anyArity = fc.tuple(plainCommand, fc.nat(24)).map(([all, chance]) => {
  if (chance === 0) return all.slice(0, -1).length > 0 ? all.slice(0, -1) : all;
  return chance === 1 ? [...all, 'more'] : all;
});

const scripts = [
  'return redis.call(unpack(ARGV))',
  'return redis.pcall(unpack(ARGV))',
  'local fine, fault = pcall(redis.call, unpack(ARGV)) return {tostring(fine), type(fault)}',
  'local r = redis.pcall(unpack(ARGV)) if type(r) == "table" then return {#r, r.ok, r.err} end return {type(r), tostring(r)}',
  'redis.call("SET", KEYS[1], "before") return {redis.pcall(unpack(ARGV)), redis.call("INCR", KEYS[1])}',
  'redis.call("SET", KEYS[1], tonumber(ARGV[2]) or 0.1) return {tonumber(ARGV[2]), tonumber(ARGV[3]), redis.call("GET", KEYS[1])}',
  'redis.call("ZADD", KEYS[1], 0.1 + 0.2, ARGV[1]) return redis.call("ZRANGE", KEYS[1], 0, -1, "WITHSCORES")',
  'return {1, false, "x", true, 3.99, -3.99, {ok = "fine"}, {err = "MY fault"}, {}, nil, 5}',
  'error("raised")',
  'error({err = "MY fault"})',
  'local function f() error("deep") end f()',
  'return {KEYS[1], #ARGV, ARGV[1], nosuch}',
  'return redis.error_reply(ARGV[1])',
  'return redis.status_reply(ARGV[1])',
  'return tostring(redis.sha1hex(ARGV[1]))',
  'return string.format("%q %s %5.2f", ARGV[1], #KEYS, 1.005)',
];

const script = fc
  .tuple(
    fc.constantFrom('EVAL', 'EVAL', 'EVAL_RO'),
    fc.constantFrom(...scripts),
    fc.constantFrom(...keys.slice(0, 4)),
    anyArity,
  )
  .map(([name, lua, key, args]) => [name, lua, '1', key, ...args]);

const transaction = fc.constantFrom<string[]>(['MULTI'], ['EXEC'], ['DISCARD'], ['UNWATCH'], ['MULTI', 'x']);
const watch = fc.constantFrom(...keys).map((key) => ['WATCH', key]);
const database = fc.constantFrom<string[]>(['SELECT', '0'], ['SELECT', '1'], ['SELECT', '99'], ['RESET']);

export const anyCommand: fc.Arbitrary<string[]> = fc.oneof(
  { arbitrary: anyArity, weight: 12 },
  { arbitrary: script, weight: 3 },
  { arbitrary: transaction, weight: 2 },
  { arbitrary: watch, weight: 1 },
  { arbitrary: database, weight: 1 },
);
