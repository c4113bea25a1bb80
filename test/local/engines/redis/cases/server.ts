import { between, type Case, error, SYNTAX } from './case.ts';

const sha = (text: string, raised: string): ReturnType<typeof error> =>
  error(`${text} script: ${raised}, on @user_script:1.`);
const script = (lua: string, ...rest: string[]): string[] => ['EVAL', lua, ...rest];

const connectionCases: Case[] = [
  {
    page: 'commands/ping/',
    title: 'PING and ECHO answer, whatever the case of the word',
    steps: [
      ['PING', 'PONG'],
      ['ping hi', 'hi'],
      ['PING a b', error("ERR wrong number of arguments for 'ping' command")],
      ['ECHO é', 'é'],
      ['SELECT 99', error('ERR DB index is out of range')],
      ['SELECT x', error('ERR value is not an integer or out of range')],
      ['NOSUCH a b', error("ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ")],
      ['CLIENT FOO', error("ERR unknown subcommand 'FOO'. Try CLIENT HELP.")],
      ['CONFIG FOO', error("ERR unknown subcommand 'FOO'. Try CONFIG HELP.")],
      ['CONFIG GET maxmemory-policy', ['maxmemory-policy', 'noeviction']],
      ['TIME x', error("ERR wrong number of arguments for 'time' command")],
      ['CLUSTER INFO', error('ERR This instance has cluster support disabled')],
    ],
  },
  {
    page: 'commands/auth/',
    title: 'without a password AUTH names the misunderstanding, and the default user is let in',
    steps: [
      [
        'AUTH word',
        error(
          'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
        ),
      ],
      ['AUTH default word', 'OK'],
      ['AUTH other word', error('WRONGPASS invalid username-password pair or user is disabled.')],
      ['HELLO 4', error('NOPROTO unsupported protocol version')],
      ['HELLO 2 FOO', error("ERR Syntax error in HELLO option 'FOO'")],
      ['CLIENT SETNAME tester', 'OK'],
      ['CLIENT GETNAME', 'tester'],
      ['CLIENT NO-EVICT off', 'OK'],
      ['CLIENT NO-EVICT x', SYNTAX],
    ],
  },
];

const transactionCases: Case[] = [
  {
    page: 'commands/multi/',
    title: 'MULTI queues, EXEC runs all, an error in one does not stop the others',
    steps: [
      ['EXEC', error('ERR EXEC without MULTI')],
      ['DISCARD', error('ERR DISCARD without MULTI')],
      ['MULTI', 'OK'],
      ['MULTI', error('ERR MULTI calls can not be nested')],
      ['SET @a v', 'QUEUED'],
      ['GET @a', 'QUEUED'],
      ['EXEC', ['OK', 'v']],
      ['MULTI', 'OK'],
      ['GET', error("ERR wrong number of arguments for 'get' command")],
      ['SET @a w', 'QUEUED'],
      ['EXEC', error('EXECABORT Transaction discarded because of previous errors.')],
      ['MULTI', 'OK'],
      ['SET @a x', 'QUEUED'],
      ['DISCARD', 'OK'],
      ['GET @a', 'v'],
      ['WATCH @a', 'OK'],
      ['SET @a changed', 'OK'],
      ['MULTI', 'OK'],
      ['WATCH @a', error('ERR WATCH inside MULTI is not allowed')],
      ['SET @a x', 'QUEUED'],
      ['EXEC', null],
      ['GET @a', 'changed'],
      ['WATCH @a', 'OK'],
      ['UNWATCH', 'OK'],
      ['SET @a again', 'OK'],
      ['MULTI', 'OK'],
      ['EXEC', []],
    ],
  },
];

const scriptCases: Case[] = [
  {
    page: 'develop/programmability/lua-api/#data-type-conversion',
    title: 'values are converted as the manual says',
    steps: [
      [script('return {1,2,{3,"x"},nil,4}', '0'), [1, 2, [3, 'x']]],
      [script('return 3.99', '0'), 3],
      [script('return -3.99', '0'), -3],
      [script('return true', '0'), 1],
      [script('return false', '0'), null],
      [script('return redis.status_reply("FINE")', '0'), 'FINE'],
      [script('return {ok="FINE"}', '0'), 'FINE'],
      [script('return redis.error_reply("MY words")', '0'), error('MY words')],
      [script('return redis.error_reply("word")', '0'), error('ERR word')],
      [script('return {err="MY words"}', '0'), error('MY words')],
      [script('return {double=3.5}', '0'), '3.5'],
      [script('return tostring(redis.call("GET", KEYS[1]))', '1', '@none'), 'false'],
      [script('return redis.call("SET", KEYS[1], 0.5).ok', '1', '@a'), 'OK'],
      [script('return redis.call("GET", KEYS[1])', '1', '@a'), '0.5'],
      [script('return redis.call("INCRBY", KEYS[1], 2) + 1', '1', '@n'), 3],
      [script('return #KEYS .. ":" .. #ARGV .. ":" .. ARGV[1]', '2', '@a', '@b', 'é'), '2:1:é'],
      [script('return redis.call("HGETALL", KEYS[1])', '1', '@none'), []],
      [script('return redis.sha1hex("")', '0'), 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
      [script('return "a\\0b\\255" == "a\\0b" .. string.char(255)', '0'), 1],
      [script('return 10 / 2 .. "|" .. 2^53 .. "|" .. _VERSION', '0'), '5|9.007199254741e+15|Lua 5.1'],
      [script('return redis.log(redis.LOG_WARNING, "x")', '0'), null],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#redis.pcall',
    title: 'errors end a script, with what it did, or are caught',
    steps: [
      [
        script('redis.call("SET", KEYS[1], "v") return redis.call("INCR", KEYS[1])', '1', '@a'),
        sha('ERR value is not an integer or out of range', 'f548427710e76c8c8c35a0a496ed383285cc32e4'),
      ],
      ['GET @a', 'v'],
      [script('return redis.pcall("INCR", KEYS[1]).err', '1', '@a'), 'ERR value is not an integer or out of range'],
      [
        script('local fine, fault = pcall(redis.call, "INCR", KEYS[1]) return tostring(fine) .. fault', '1', '@a'),
        'falseERR value is not an integer or out of range',
      ],
      [script('return redis.pcall("NOSUCH").err', '0'), 'ERR Unknown Redis command called from script'],
      [script('return redis.pcall("GET").err', '0'), 'ERR Wrong number of args calling Redis command from script'],
      [script('return redis.pcall("MULTI").err', '0'), 'ERR This Redis command is not allowed from script'],
      [
        script('return redis.pcall("EVAL", "return 1", 0).err', '0'),
        'ERR This Redis command is not allowed from script',
      ],
      [script('return redis.pcall({}).err', '0'), 'ERR Lua redis lib command arguments must be strings or integers'],
      [script('return redis.pcall().err', '0'), 'ERR Please specify at least one argument for this redis lib call'],
      [script('return select(2, pcall(error, {err="MY fault"}))', '0'), 'MY fault'],
      [
        ['EVAL_RO', 'return redis.pcall("SET", KEYS[1], 1).err', '1', '@a'],
        'ERR Write commands are not allowed from read-only scripts.',
      ],
      [
        script('return x x', '0'),
        error("ERR Error compiling script (new function): user_script:1: '<eof>' expected near 'x'"),
      ],
      [['EVAL', 'return 1', '2', '@a'], error("ERR Number of keys can't be greater than number of args")],
      [['EVAL', 'return 1', '-1'], error("ERR Number of keys can't be negative")],
    ],
  },
  {
    page: 'develop/programmability/lua-api/#sandbox-context-and-execution-model',
    title: 'scripts see no globals but the known, change none, and share nothing',
    steps: [
      [
        script('local fine, fault = pcall(function() return nosuch end) return fault', '0'),
        "user_script:1: Script attempted to access nonexistent global variable 'nosuch'",
      ],
      [
        script('local fine, fault = pcall(function() mine = 1 end) return fault', '0'),
        'user_script:1: Attempt to modify a readonly table',
      ],
      [
        script('local fine, fault = pcall(function() string.mine = 1 end) return fault', '0'),
        'user_script:1: Attempt to modify a readonly table',
      ],
      [script('local fine, fault = pcall(rawset, _G, "mine", 1) return tostring(fine)', '0'), 'false'],
      ...['os', 'io', 'debug', 'package', 'require', 'print', 'dofile', 'loadfile', 'getfenv', 'setfenv'].map(
        (name) => [script(`return tostring(pcall(function() return ${name} end))`, '0'), 'false'] as const,
      ),
      [script('KEYS[1] = "changed" return KEYS[1]', '1', '@a'), 'changed'],
      [script('return KEYS[1]', '1', '@a'), '@a'],
    ],
  },
  {
    page: 'commands/evalsha/',
    title: 'EVALSHA runs what SCRIPT LOAD or EVAL brought, until SCRIPT FLUSH',
    steps: [
      ['EVALSHA ffffffffffffffffffffffffffffffffffffffff 0', error('NOSCRIPT No matching script. Please use EVAL.')],
      [['SCRIPT', 'LOAD', 'return 7'], '59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9'],
      ['EVALSHA 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 0', 7],
      ['EVALSHA_RO 59B6AB2FBE0EE4B25733DE0F62E6CDA4899EF8E9 0', 7],
      ['SCRIPT EXISTS 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9', [1]],
      ['SCRIPT FOO', error("ERR unknown subcommand 'FOO'. Try SCRIPT HELP.")],
      ['SCRIPT EXISTS', error("ERR wrong number of arguments for 'script|exists' command")],
      ['SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff', [0]],
    ],
  },
];

const publishingCases: Case[] = [
  {
    page: 'commands/publish/',
    title: 'PUBLISH counts receivers; PUBSUB knows the channels',
    steps: [
      ['PUBLISH @nobody x', 0],
      ['SPUBLISH @nobody x', 0],
      ['PUBSUB NUMSUB @nobody', ['@nobody', 0]],
      ['PUBSUB CHANNELS @*', []],
      ['PUBSUB NUMPAT', between(0, 100)],
      ['PUBSUB FOO', error("ERR unknown subcommand 'FOO'. Try PUBSUB HELP.")],
    ],
  },
];

/** By what they are about. */
export const serverCases: Record<string, readonly Case[]> = {
  connection: connectionCases,
  transactions: transactionCases,
  scripts: scriptCases,
  'pub/sub': publishingCases,
};
