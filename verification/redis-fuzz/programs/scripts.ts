import fc from 'fast-check';
import { anyArity } from './commands.ts';
import { languageScripts } from './language-scripts.ts';
import { sandboxScripts } from './sandbox-scripts.ts';
import { aKey, command } from './values.ts';

/** Scripts that run the command in ARGV, or make something of its words. */
const withCommand = [
  'return redis.call(unpack(ARGV))',
  'return redis.pcall(unpack(ARGV))',
  'local fine, fault = pcall(redis.call, unpack(ARGV)) return {tostring(fine), type(fault)}',
  'local r = redis.pcall(unpack(ARGV)) if type(r) == "table" then return {#r, r.ok, r.err} end return {type(r), tostring(r)}',
  'redis.call("SET", KEYS[1], "before") return {redis.pcall(unpack(ARGV)), redis.call("INCR", KEYS[1])}',
  'redis.call("SET", KEYS[1], tonumber(ARGV[2]) or 0.1) return {tonumber(ARGV[2]), tonumber(ARGV[3]), redis.call("GET", KEYS[1])}',
  'redis.call("ZADD", KEYS[1], 0.1 + 0.2, ARGV[1]) return redis.call("ZRANGE", KEYS[1], 0, -1, "WITHSCORES")',
  'return {KEYS[1], #ARGV, ARGV[1], nosuch}',
  'return redis.error_reply(ARGV[1])',
  'return redis.status_reply(ARGV[1])',
  'return tostring(redis.sha1hex(ARGV[1]))',
  'return string.format("%q %s %5.2f", ARGV[1], #KEYS, 1.005)',
  'return {tostring(tonumber(ARGV[2])), tonumber(ARGV[3], 16), #ARGV, select("#", unpack(ARGV))}',
  'return {string.sub(ARGV[1], 2), string.byte(ARGV[1]), string.upper(ARGV[1]), string.rep(ARGV[1], 2)}',
  'return {string.find(ARGV[1], ARGV[2], 1, true), ARGV[1] < ARGV[2], ARGV[1] .. ARGV[2]}',
  'return {redis.error_reply(ARGV[1]), redis.status_reply(ARGV[1])}',
  'return {err = ARGV[1]}',
  'return {ok = ARGV[1], err = 5}',
  'return {double = tonumber(ARGV[2])}',
  'error({err = ARGV[1] or "none", ok = 1})',
  'error(ARGV[1])',
  'error(ARGV[1], 0)',
  'local ok, e = pcall(error, ARGV[1]) return {tostring(ok), e}',
  'redis.log(redis.LOG_DEBUG, ARGV[1]) return 1',
  'return redis.log(ARGV[1], ARGV[2])',
  'return {redis.sha1hex(ARGV[1], 1)}',
  'return redis.call(ARGV[1], 1.5, 1e20, -0)',
];

const counts = fc.constantFrom('0', '-1', 'x', '', '2', '9', '99999999999', '1.0', '01', '9223372036854775808');

/** Scripts that run commands of the program, scripts alone, and calls that are wrong. */
export const script: fc.Arbitrary<string[]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.constantFrom('EVAL', 'EVAL', 'EVAL_RO'),
        fc.constantFrom(...withCommand),
        aKey,
        fc.oneof({ weight: 4, arbitrary: anyArity }, { weight: 1, arbitrary: command('', 'm', 'i', 'f') }),
      )
      .map(([name, lua, key, args]) => [name, lua, '1', key, ...args]),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...languageScripts, ...sandboxScripts),
        fc.constantFrom(['0'], ['1', 'a'], ['1', 'a', 'v', 'w']),
      )
      .map(([lua, args]) => ['EVAL', lua, ...args]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO'),
        fc.constantFrom(
          'return 1',
          'return (',
          'e0e1f9fabfc9d4800c877a703b823ac0578ff8db',
          'E0E1F9FABFC9D4800C877A703B823AC0578FF8DB',
          '',
        ),
        counts,
        command('', 'm', 's'),
      )
      .map(([name, lua, count, args]) => [name, lua, count, ...args]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('LOAD', 'EXISTS'), fc.constantFrom('return 1', 'return (', ...languageScripts.slice(0, 9)))
      .map(([name, lua]) => ['SCRIPT', name, lua]),
  },
);
