import { createHash } from 'node:crypto';
import { cString } from '../c-string.ts';
import { formatDouble } from '../float-text.ts';
import { CommandError, type Reply } from '../reply.ts';
import { VERSION } from '../version.ts';
import { LuaType } from './module.ts';
import { pushReply } from './push-reply.ts';
import type { LuaStack } from './stack.ts';

/** Who runs commands for a script. */
export interface ScriptHost {
  call(words: string[]): Reply;
  /** Whether there is such a command. */
  knows(words: readonly string[]): boolean;
}

/** Something of the table `redis`: a constant, or a function that takes its arguments from Lua's stack and says how many it left there. */
export type LibraryEntry = readonly [name: string, entry: string | number | (() => number)];

/** What C makes of a number that is no int, the other way round. */
const OUT_OF_RANGE = 2 ** 31;
/** Which of the flags of replication are none. */
const FLAGS = 3;
const VERSION_NUMBER = VERSION.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/**
 * The table `redis` of scripts, in the order in which the server fills it: by it `pairs` walks.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#redis-object
 * @param host of the script that runs
 */
export function redisLibrary(stack: LuaStack, host: () => ScriptHost): LibraryEntry[] {
  const { lua, state } = stack;
  const given = () => lua.lua_gettop(state);
  /** As C casts it to an int. */
  const whole = (index: number): number => {
    const value = Math.trunc(lua.lua_tonumber(state, index));
    return value >= -OUT_OF_RANGE && value < OUT_OF_RANGE ? value : -OUT_OF_RANGE;
  };

  const raise = (message: string): number => {
    stack.pushRecord('err', message);
    return lua.lua_error(state);
  };

  const push = (value: boolean): number => {
    stack.push(value);
    return 1;
  };

  /** Lua alone knows the sign of a number that is none. */
  function numberText(index: number): string {
    const value = lua.lua_tonumber(state, index);
    return Number.isNaN(value) ? stack.text(index) : formatDouble(value);
  }

  function words(): string[] | CommandError {
    const count = given();
    if (count === 0) return new CommandError('ERR Please specify at least one argument for this redis lib call');
    const args: string[] = [];
    for (let index = 1; index <= count; index++) {
      const type = stack.type(index);
      if (type === LuaType.string) args.push(stack.text(index));
      else if (type === LuaType.number) args.push(numberText(index));
      else return new CommandError('ERR Lua redis lib command arguments must be strings or integers');
    }
    return args;
  }

  function answer(args: string[]): Reply {
    try {
      return host().call(args);
    } catch (fault) {
      // An exception of JavaScript cannot pass through Lua's frames.
      return new CommandError(`ERR the embedded engine failed: ${fault}`);
    }
  }

  function command(raises: boolean): number {
    const args = words();
    const refused = args instanceof CommandError;
    const reply = refused ? args : answer(args);
    if (refused) stack.pushRecord('err', args.message);
    else pushReply(stack, reply);
    return raises && reply instanceof CommandError ? lua.lua_error(state) : 1;
  }

  function log(): number {
    if (given() < 2) return raise('ERR redis.log() requires two arguments or more.');
    const numeric = stack.type(1) === LuaType.number || lua.lua_isnumber(state, 1) !== 0;
    if (!numeric) return raise('ERR First argument must be a number (log level).');
    const level = whole(1);
    return level < 0 || level > 3 ? raise('ERR Invalid debug level.') : 0;
  }

  function setResp(): number {
    if (given() !== 1) return raise('ERR redis.setresp() requires one argument.');
    const version = whole(1);
    if (version === 3) return raise('ERR the embedded engine does not know RESP3 in scripts');
    return version === 2 ? 0 : raise('ERR RESP version must be 2 or 3.');
  }

  function sha1hex(): number {
    if (given() !== 1) return raise('ERR wrong number of arguments');
    const text = stack.text(1);
    stack.push(createHash('sha1').update(text, 'latin1').digest('hex'));
    return 1;
  }

  /** `error_reply` puts the code ERR before a message of one word. */
  function record(name: 'ok' | 'err'): number {
    const fine = given() === 1 && stack.type(1) === LuaType.string;
    if (!fine) stack.pushRecord('err', 'ERR wrong number or type of arguments');
    else if (name === 'ok') stack.pushRecord('ok', stack.text(1));
    else {
      const [, code = 'ERR', message = ''] = /^-?(?:([^ ]*) )?([\s\S]*)$/.exec(cString(stack.text(1))) ?? [];
      stack.pushRecord('err', `${code} ${message.replace(/^[\r\n]+|[\r\n]+$/g, '')}`);
    }
    return 1;
  }

  /** There is nobody that writes could be kept from. */
  function setRepl(): number {
    if (given() !== 1) return raise('ERR redis.set_repl() requires two arguments.');
    return (whole(1) & ~FLAGS) === 0
      ? 0
      : raise('ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.');
  }

  /** The only user may do everything. */
  function mayRun(): number {
    const args = words();
    if (args instanceof CommandError) return raise(args.message);
    return host().knows(args) ? push(true) : raise(`ERR the embedded engine does not know the command '${args[0]}'`);
  }

  return [
    ['call', () => command(true)],
    ['pcall', () => command(false)],
    ['log', log],
    ['LOG_DEBUG', 0],
    ['LOG_VERBOSE', 1],
    ['LOG_NOTICE', 2],
    ['LOG_WARNING', 3],
    ['REDIS_VERSION_NUM', VERSION_NUMBER],
    ['REDIS_VERSION', VERSION],
    ['setresp', setResp],
    ['sha1hex', sha1hex],
    ['error_reply', () => record('err')],
    ['status_reply', () => record('ok')],
    ['set_repl', setRepl],
    ['REPL_NONE', 0],
    ['REPL_AOF', 1],
    ['REPL_SLAVE', 2],
    ['REPL_REPLICA', 2],
    ['REPL_ALL', 3],
    ['acl_check_cmd', mayRun],
    ['breakpoint', () => push(false)],
    ['debug', () => 0],
    ['replicate_commands', () => push(true)],
  ];
}
