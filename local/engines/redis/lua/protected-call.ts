import type { LibraryEntry } from './library.ts';
import { LuaType } from './module.ts';
import type { LuaStack } from './stack.ts';

const ALL_RESULTS = -1;

/**
 * `pcall` of scripts: an error that a command raised is caught as its text.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#redis.pcall
 */
export function protectedCall(stack: LuaStack): LibraryEntry {
  const { lua, state } = stack;

  /** Leaves the text of what a command raised in its place; other tables stay, with what they have under that name. */
  function readFault(): void {
    if (stack.type(-1) !== LuaType.table) return;
    lua.lua_getfield(state, -1, stack.write('err'));
    if (lua.lua_isstring(state, -1)) lua.lua_remove(state, -2);
  }

  function pcall(): number {
    lua.luaL_checkany(state, 1);
    const fine = lua.lua_pcall(state, lua.lua_gettop(state) - 1, ALL_RESULTS, 0) === 0;
    if (!fine) readFault();
    stack.push(fine);
    lua.lua_insert(state, 1);
    return lua.lua_gettop(state);
  }

  return ['pcall', pcall];
}
