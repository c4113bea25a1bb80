import { formatDouble } from '../float-text.ts';
import { CommandError, Double, Members, NullArray, Pairs, type Reply, Simple } from '../reply.ts';
import { LuaType } from './module.ts';
import type { LuaStack } from './stack.ts';

/** Runs one command for a script. */
export type ScriptCall = (args: string[]) => Reply;

/**
 * A reply as a script in RESP2 sees it.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#data-type-conversion
 */
export function pushReply(stack: LuaStack, reply: Reply): void {
  if (typeof reply === 'string') stack.push(reply);
  else if (typeof reply === 'number' || typeof reply === 'bigint') stack.push(Number(reply));
  else if (reply === null || reply instanceof NullArray) stack.push(false);
  else if (reply instanceof Simple) stack.pushRecord('ok', reply.text);
  else if (reply instanceof CommandError) stack.pushRecord('err', reply.message);
  else if (reply instanceof Double) stack.push(formatDouble(reply.value));
  else {
    const list = reply instanceof Pairs ? reply.flat : reply instanceof Members ? reply.list : reply;
    const { lua, state } = stack;
    if (!lua._lua_checkstack(state, 4)) throw new CommandError('ERR reply is nested too deep');
    lua._lua_createtable(state, list.length, 0);
    list.forEach((one, index) => {
      pushReply(stack, one);
      lua._lua_rawseti(state, -2, index + 1);
    });
  }
}

/** What a script returned, at a place of the stack counted from its bottom, as a reply. */
export function readReply(stack: LuaStack, index: number): Reply {
  const { lua, state } = stack;
  switch (stack.type(index)) {
    case LuaType.string:
      return stack.text(index);
    case LuaType.number:
      return toInteger(lua._lua_tonumber(state, index));
    case LuaType.boolean:
      return lua._lua_toboolean(state, index) ? 1 : null;
    case LuaType.table:
      return readTable(stack, index);
    default:
      return null;
  }
}

function readTable(stack: LuaStack, index: number): Reply {
  const { lua, state } = stack;
  if (!lua._lua_checkstack(state, 4)) throw new CommandError('ERR reached lua stack limit');
  const fault = stack.textField(index, 'err');
  if (fault !== undefined) return new CommandError(fault);
  const status = stack.textField(index, 'ok');
  if (status !== undefined) return new Simple(status.replace(/[\r\n]/g, ' '));
  stack.getField(index, 'double');
  const double = stack.type(-1) === LuaType.number ? lua._lua_tonumber(state, -1) : undefined;
  stack.pop();
  if (double !== undefined) return new Double(double);
  for (const name of ['map', 'set', 'big_number', 'verbatim_string']) {
    stack.getField(index, name);
    const there = stack.type(-1) !== LuaType.nil;
    stack.pop();
    if (there) throw new CommandError(`ERR the embedded engine does not know the reply type '${name}'`);
  }
  const list: Reply[] = [];
  for (let at = 1; ; at++) {
    lua._lua_rawgeti(state, index, at);
    const top = lua._lua_gettop(state);
    const end = stack.type(top) === LuaType.nil;
    if (!end) list.push(readReply(stack, top));
    stack.pop();
    if (end) return list;
  }
}

/** C's cast of a double to a 64-bit integer. */
function toInteger(value: number): number | bigint {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
  const outside = Number.isNaN(whole) || Math.abs(whole) >= 2 ** 63;
  return outside ? -(2n ** 63n) : BigInt(whole);
}
