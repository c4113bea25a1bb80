import type { Program, Step } from './program.ts';

const sends = (client: 0 | 1, ...commands: string[][]): Step => ({
  client,
  sent: commands.map((words) => ({ words })),
  cuts: [],
});
const alone = (...commands: string[][]): Program => [sends(0, ...commands)];
const typed = (...lines: string[]): Program => [
  { client: 0, sent: lines.map((line) => ({ bytes: `${line}\n` })), cuts: [] },
];
const lua = (text: string) => ['EVAL', text, '0'];
const inScript = (...args: string[]) => ['EVAL', 'return redis.call(unpack(ARGV))', '1', 'a', ...args];

/** What the random programs below once found, each as small as it would go. */
export const onceDifferent: readonly Program[] = [
  alone(['HINCRBYFLOAT', 'a', 'm', '0x10'], ['HINCRBYFLOAT', 'a', 'n', '1e400'], ['HINCRBYFLOAT', 'a', 'n', '-inf']),
  alone(['INCRBYFLOAT', 'a', '0.02439024390243903'], ['INCRBYFLOAT', 'a', '-0.02439024390243903'], ['GET', 'a']),
  alone(['ZADD', 'a', '0.1', 'm'], ['ZINCRBY', 'a', '0.2', 'm'], ['ZADD', 'b', '-0', 'm'], ['ZPOPMIN', 'b']),
  alone(['SET', 'a', 'm', 'EXAT', '1', 'EXAT', '33177117421'], ['SET', 'a', 'm', 'KEEPTTL', 'KEEPTTL']),
  alone(['SET', 'a', 'm', 'EX', 'x', 'PX', '0'], ['GETEX', 'a', 'PERSIST', 'PERSIST']),
  alone(
    ['ZRANGE', 'a', '(', '', 'BYSCORE'],
    ['ZRANGE', 'a', '0', '1', 'REV', 'REV'],
    ['ZRANGE', 'a', 'x', '1', 'LIMIT', '0', '-1'],
  ),
  alone(
    ['LINDEX', 'a', 'x'],
    ['HSCAN', 'a', '0', 'FOO'],
    ['SSCAN', 'a', '-1', 'COUNT', 'x'],
    ['SCAN', '-1', 'COUNT', '1000'],
  ),
  alone(['SPOP', 'a', '-9223372036854775808'], ['SRANDMEMBER', 'a', '-9223372036854775808'], ['LPOP', 'a', 'x', '1']),
  alone(['PEXPIREAT', 'a', '9223372036854775807'], ['SET', 'a', 'm'], ['PEXPIREAT', 'a', '1844674407370955161']),
  alone(['NOSUCH', '\x00\xff\r\n', 'm'], ['MULTI'], ['CONFIG', 'FOO'], ['EXEC']),
  alone(inScript('CONFIG', 'NOSUCH'), inScript('SET', 'a', 'm'), [
    'EVAL_RO',
    'return redis.call("PFCOUNT", KEYS[1])',
    '1',
    'p',
  ]),
  alone(['EVAL', 'return redis.call("SET", KEYS[1], 0.1) and redis.call("GET", KEYS[1])', '1', 'a']),
  [
    sends(0, ['HSET', 'a', 'm', '1'], ['ZADD', 'b', '1', 'm'], ['WATCH', 'a', 'b'], ['MULTI'], ['PING']),
    sends(1, ['HDEL', 'a', 'none'], ['ZREM', 'b', 'none'], ['ZADD', 'b', '1', 'm']),
    sends(0, ['EXEC']),
  ],
  typed('ECHO a\xa0b', "E''", 'P\x0b', ' \xa0', 'ECHO a\rb'),
  alone(['MULTI'], ['GET', 'a'], ['HELLO', '3'], ['GET', 'a'], ['HELLO', '2'], ['HGETALL', 'a'], ['EXEC']),
  alone(['HELLO', '3'], ['SUBSCRIBE', 'a'], lua('return redis.call("PING")'), lua('return {double = 0/0}')),
  typed('PING', 'POST / HTTP/1.1'),
  typed('*-2147483649\r', 'PING', 'ECHO \x00'),
  alone(
    ['SELECT', '9223372036'],
    ['SCAN', ''],
    ['SCAN', '\x00'],
    ['HELLO', '2', 'SETNAME', 'n', 'FOO'],
    ['CLIENT', 'GETNAME'],
  ),
  alone(['ZRANGEBYSCORE', 'a', '\x00', 'inf'], ['ZRANGEBYLEX', 'a', '[', '+\x00'], ['ZCOUNT', 'a', '1\x00', '(2\x003']),
  alone(['', 'l'.repeat(200)], ['NO', 'a'.repeat(127), 'b', 'c'], ['MULTI'], ['EXEC', 'x'], ['EXEC']),
  alone(['SUBSCRIBE', ''], ['PUBSUB', 'NUMSUB'], ['EXEC'], ['CLIENT', 'SETNAME', '-']),
  alone(
    ['EVAL', '(', 'x'],
    ['EVAL', '(', '9'],
    ['EVALSHA', 'f'.repeat(40), 'x'],
    ['EVALSHA', 'f', 'x'],
    ['EVAL', '\x1bLua', '0'],
  ),
  alone(lua('local t = {} t[1] = t return t'), lua('local t = {} for i = 1, 20000 do t = {t} end return t')),
  alone(
    lua('local n = "" for k in pairs(redis) do n = n .. k .. " " end return n'),
    lua('return table.insert(redis, 1)'),
  ),
  alone(
    lua('return math.random(0)'),
    lua('return math.random(100)'),
    lua('return redis.log("nan", "x")'),
    lua('error({err = 5})'),
  ),
  alone(
    ['EVAL', 'return {tostring(tonumber(ARGV[1])), tostring(tonumber(ARGV[2])), tostring(-0/0)}', '0', '-nan', ' -NaN'],
    lua('return {string.format("%g %f %d", "-nan", "nan", "-nan"), {double = tonumber("-nan")}}'),
  ),
  ...['table.insert({1, 2, 3}, wide, 9)', 'string.gsub("aa", "a", "b", wide)', 'string.match("aab", "a", wide)'].map(
    (call) => alone(lua(`local wide = 1e21 return {${call}}`), lua(`local wide = 4294967298 return {${call}}`)),
  ),
  alone(
    ...[1, 2, 3, 4].map((level) => lua(`local function f() return {pcall(error, "x", ${level})} end return {f()}`)),
    lua('return {pcall(error, {err = 5})}'),
    lua('local n = "" for k in pairs(redis.pcall("INCR", "a", "b")) do n = n .. k .. " " end return n'),
    lua('return {pcall(error, {err = {}})}'),
  ),
  alone(
    ['HELLO', '3'],
    ['SUBSCRIBE', 'a'],
    lua('return redis.call("PUBLISH", "a", "m")'),
    ['MULTI'],
    ['PUBLISH', 'a', 'm'],
    ['EXEC'],
  ),
];
