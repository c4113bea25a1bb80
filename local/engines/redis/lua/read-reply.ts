import { cString } from '../c-string.ts';
import { CommandError, Double, type Reply, Simple } from '../reply.ts';
import { LuaType } from './module.ts';
import type { LuaStack } from './stack.ts';

/** A table that is being read as a list: it lies on Lua's stack while its elements are. */
interface List {
  replies: Reply[];
  at: number;
}

/**
 * What a script returned, as a reply; it is taken from the top of the stack. Tables may hold one another, or themselves, as deep as the server's
 * own stack lets it look: there an error takes the place of what would follow.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#data-type-conversion
 * @throws CommandError for a kind of reply that the engine does not know
 */
export function readReply(stack: LuaStack): Reply {
  const open: List[] = [];
  for (;;) {
    const one = readOne(stack);
    const within = open.at(-1);
    if (one === undefined) open.push({ replies: [], at: 0 });
    else {
      stack.pop();
      if (!within) return one;
      within.replies.push(one);
    }
    for (let list = open.at(-1); list && !pushNext(stack, list); list = open.at(-1)) {
      stack.pop();
      open.pop();
      const around = open.at(-1);
      if (!around) return list.replies;
      around.replies.push(list.replies);
    }
  }
}

/** @returns whether there is one more, which is then on the stack */
function pushNext(stack: LuaStack, list: List): boolean {
  stack.lua.lua_rawgeti(stack.state, -1, ++list.at);
  if (stack.type(-1) !== LuaType.nil) return true;
  stack.pop();
  return false;
}

/** What is on top of the stack, which stays there; undefined when it is a list. */
function readOne(stack: LuaStack): Reply | undefined {
  const { lua, state } = stack;
  if (!lua.lua_checkstack(state, 4)) return new CommandError('ERR reached lua stack limit');
  switch (stack.type(-1)) {
    case LuaType.string:
      return stack.text(-1);
    case LuaType.number:
      return toInteger(lua.lua_tonumber(state, -1));
    case LuaType.boolean:
      return lua.lua_toboolean(state, -1) ? 1 : null;
    case LuaType.table:
      return readMarked(stack);
    default:
      return null;
  }
}

/** What a table stands for that has one of the names by which replies are no lists. */
function readMarked(stack: LuaStack): Reply | undefined {
  const { lua, state } = stack;
  const fault = stack.textField(-1, 'err');
  if (fault !== undefined) return new CommandError(cString(fault));
  const status = stack.textField(-1, 'ok');
  if (status !== undefined) return new Simple(cString(status).replace(/[\r\n]/g, ' '));
  stack.getField(-1, 'double');
  const double = stack.type(-1) === LuaType.number ? lua.lua_tonumber(state, -1) : undefined;
  // Lua alone knows the sign of a number that is none.
  const text = Number.isNaN(double) ? stack.text(-1) : undefined;
  stack.pop();
  if (double !== undefined) return new Double(double, text);
  for (const name of ['map', 'set', 'big_number', 'verbatim_string']) {
    stack.getField(-1, name);
    const there = stack.type(-1) !== LuaType.nil;
    stack.pop();
    if (there) throw new CommandError(`ERR the embedded engine does not know the reply type ${name}`);
  }
  return undefined;
}

/** C's cast of a double to a 64-bit integer. */
function toInteger(value: number): number | bigint {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
  const outside = Number.isNaN(whole) || Math.abs(whole) >= 2 ** 63;
  return outside ? -(2n ** 63n) : BigInt(whole);
}
