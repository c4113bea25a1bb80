import { type Case, error, type Step } from './case.ts';

const lua = (text: string, ...args: string[]) => ['EVAL', text, ...(args.length > 0 ? args : ['0'])];
const READONLY = 'user_script:1: Attempt to modify a readonly table';
const caught = (text: string, fault: string): Step => [
  lua(`local fine, fault = pcall(function() ${text} end) return fault`),
  fault,
];
const names = (table: string) =>
  lua(`local n = {} for name in pairs(${table}) do n[#n + 1] = name end table.sort(n) return table.concat(n, ' ')`);

/** What the sandbox of scripts shows, and what becomes of odd arguments and replies. */
export const sandboxCases: Case[] = [
  {
    page: 'develop/programmability/lua-api/#redis-object',
    title: 'the table redis has all its functions and constants, and can be walked through',
    steps: [
      [
        names('redis'),
        'LOG_DEBUG LOG_NOTICE LOG_VERBOSE LOG_WARNING REDIS_VERSION REDIS_VERSION_NUM REPL_ALL REPL_AOF REPL_NONE REPL_REPLICA REPL_SLAVE acl_check_cmd breakpoint call debug error_reply log pcall replicate_commands set_repl setresp sha1hex status_reply',
      ],
      [
        lua('return {redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL}'),
        [0, 1, 2, 2, 3],
      ],
      [lua('return {redis.acl_check_cmd("GET", "k"), redis.breakpoint(), redis.debug("x")}'), [1, null]],
      [lua('return redis.set_repl(redis.REPL_NONE)'), null],
      [lua('return redis.setresp(2)'), null],
      [lua('return {type(next(redis)), rawget(redis, "LOG_WARNING"), #redis}'), ['string', 3, 0]],
      [lua('local n = 0 for _ in pairs(string) do n = n + 1 end return n'), 15],
      [lua('return table.foreach(redis, function(name) return name end)'), 'log'],
      [
        lua('return {type(getmetatable(_G)), type(getmetatable(redis)), type(getmetatable(""))}'),
        ['table', 'nil', 'table'],
      ],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#sandbox-context-and-execution-model',
    title: 'frozen tables are not changed by functions of Lua either',
    steps: [
      caught('redis.call = 1', READONLY),
      caught('getmetatable("").__index = 1', READONLY),
      caught('local _, inner = pairs(redis) inner.call = 1', READONLY),
      ...['rawset(redis, "x", 1)', 'table.insert(redis, 1)', 'setmetatable(_G, {})'].map((text) =>
        caught(text, 'Attempt to modify a readonly table'),
      ),
      [lua('return type(redis.call)'), 'function'],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#runtime-libraries',
    title: 'errors of functions of Lua name the line of the script; bytecode is no source; chance can be repeated',
    steps: [
      caught('return next(5)', "user_script:1: bad argument #1 to 'next' (table expected, got number)"),
      caught('table.insert({}, 1, 2, 3)', "user_script:1: wrong number of arguments to 'insert'"),
      caught('return math.random(0)', "user_script:1: bad argument #1 to 'random' (interval is empty)"),
      caught('rawset({}, nil, 1)', 'table index is nil'),
      [
        lua('local _, fault = loadstring("\\27Lua") return fault'),
        '[string "\x1bLua"]:1: unexpected symbol near \'char(27)\'',
      ],
      [
        lua('\x1bLua'),
        error("ERR Error compiling script (new function): user_script:1: unexpected symbol near 'char(27)'"),
      ],
      [lua('return {load(function() error("x") end) == nil, loadstring("return 7")()}'), [1, 7]],
      [lua('math.randomseed(0) return {math.random(100), math.random(100), math.random(5, 9)}'), [18, 75, 5]],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#redis.log',
    title: 'redis.log judges its level',
    steps: [
      ...['"x"', 'nil', '{}'].map(
        (level) =>
          [
            lua(`return redis.pcall and {pcall(redis.log, ${level}, "m")}`),
            [null, 'ERR First argument must be a number (log level).'],
          ] as Step,
      ),
      ...['-1', '4', '0/0'].map(
        (level) => [lua(`return {pcall(redis.log, ${level}, "m")}`), [null, 'ERR Invalid debug level.']] as Step,
      ),
      [lua('return {pcall(redis.log, 1)}'), [null, 'ERR redis.log() requires two arguments or more.']],
      [lua('return redis.log("0", "m")'), null],
    ],
  },
  {
    page: 'commands/eval/',
    title: 'the number of keys is judged before the script, and the form of a SHA-1 before both',
    steps: [
      [['EVAL', 'return (', 'x'], error('ERR value is not an integer or out of range')],
      [['EVAL', 'return (', '1'], error("ERR Number of keys can't be greater than number of args")],
      [['EVAL', 'return (', '-1'], error("ERR Number of keys can't be negative")],
      [['EVALSHA', 'f'.repeat(40), 'x'], error('ERR value is not an integer or out of range')],
      [['EVALSHA', 'f', 'x'], error('NOSCRIPT No matching script. Please use EVAL.')],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#lua-to-resp2-type-conversion',
    title: 'tables in tables are answered as deep as they are, and texts end at a zero byte where C ends them',
    steps: [
      [lua('return {{{{1}, {}}, "list"}, {ok = "x"}}'), [[[[1], []], 'list'], 'x']],
      [lua('return redis.error_reply("two words")'), error('two words')],
      [lua('return redis.error_reply("word")'), error('ERR word')],
      [lua('return {err = "MY a\\0b"}'), error('MY a')],
      [lua('return {ok = "a\\0b"}'), 'a'],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#runtime-libraries',
    title: 'numbers of more than 32 bits count as the server has them',
    steps: [
      [lua('local t = {1, 2, 3} table.insert(t, 4294967298, 9) return t'), [1, 9, 2, 3]],
      [lua('local t = {1, 2, 3} table.insert(t, 1e10, 9) return {t, t[1410065408]}'), [[1, 2, 3], 9]],
      [lua('return {string.gsub("aaa", "a", "b", 4294967298)}'), ['bba', 2]],
      [lua('return string.match("aab", "a+", 4294967298)'), null],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#redis.pcall',
    title: 'pcall names the line of the script at each level, and leaves what is no text as it was raised',
    steps: [
      ...[2, 3].map(
        (level) =>
          [
            lua(`local function f() local _, fault = pcall(error, "x", ${level}) return fault end return {f()}`),
            ['user_script:1: x'],
          ] as Step,
      ),
      [lua('return {pcall(error, {err = "MY x"})}'), [null, 'MY x']],
      [lua('return redis.pcall("SET", "a").ignore_error_stats_update'), 1],
      [lua('return redis.pcall("SET", {}).ignore_error_stats_update'), null],
      [lua('return {pcall(error, {err = {}})}'), [null, [], []]],
      [lua('return {pcall(function(...) return ... end, 1, nil, 3)}'), [1, 1]],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#runtime-libraries',
    title: 'a number that is none keeps its sign when it is read',
    steps: [
      [
        lua('return {tostring(tonumber(" -NaN")), tostring(tonumber("nan")), string.format("%g", "-nan")}'),
        ['-nan', 'nan', '-nan'],
      ],
      [lua('return {tostring(tonumber(tonumber("-nan"))), tostring(-tonumber("-nan"))}'), ['-nan', 'nan']],
    ],
  },
];
