import { formatDouble } from '../float-text.ts';
import { CommandError, Double, Members, NullArray, Pairs, type Reply, Simple } from '../reply.ts';
import type { LuaStack } from './stack.ts';

/**
 * A reply as a script in RESP2 sees it.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#data-type-conversion
 */
export function pushReply(stack: LuaStack, reply: Reply): void {
  if (typeof reply === 'string') stack.push(reply);
  else if (typeof reply === 'number' || typeof reply === 'bigint') stack.push(Number(reply));
  else if (reply === null || reply instanceof NullArray) stack.push(false);
  else if (reply instanceof Simple) stack.pushRecord('ok', reply.text);
  else if (reply instanceof CommandError) pushFault(stack, reply);
  else if (reply instanceof Double) stack.push(formatDouble(reply.value));
  else {
    const list = reply instanceof Pairs ? reply.flat : reply instanceof Members ? reply.list : reply;
    const { lua, state } = stack;
    if (!lua.lua_checkstack(state, 4)) throw new CommandError('ERR reply is nested too deep');
    lua.lua_createtable(state, list.length, 0);
    list.forEach((one, index) => {
      pushReply(stack, one);
      lua.lua_rawseti(state, -2, index + 1);
    });
  }
}

/** With the mark that the server leaves on what a command answered, for its own statistics. */
function pushFault(stack: LuaStack, { message }: CommandError): void {
  stack.pushRecord('err', message);
  stack.push('ignore_error_stats_update');
  stack.push(true);
  stack.lua.lua_rawset(stack.state, -3);
}
