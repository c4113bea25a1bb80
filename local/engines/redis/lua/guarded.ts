import type { LibraryEntry } from './library.ts';
import { LuaType, REGISTRY } from './module.ts';
import type { LuaStack } from './stack.ts';
import { toInt } from './wide-numbers.ts';

const READONLY = 'Attempt to modify a readonly table';
const BYTECODE = '\x1b';
/** What the prelude gives to `know`, in its order. */
const SHARED = ['inside', 'left', 'shown', 'ofStrings', 'next', 'rawnext', 'insert', 'foreach'] as const;

/**
 * Functions of Lua that must know which tables are frozen: what these hold is read, and they are not changed. They are Lua's own otherwise, and
 * name the line of the script in their errors as those do. Bytecode is no source to them.
 * https://www.lua.org/manual/5.1/manual.html#5.1
 * @returns what the prelude takes; it tells `know` what the others must know of: what each frozen table holds, the names of those that are left
 * out, what scripts see as their metatables, and functions of Lua
 */
export function guardedFunctions(stack: LuaStack): LibraryEntry[] {
  const { lua, state } = stack;
  const refs = Object.fromEntries(SHARED.map((name) => [name, 0])) as Record<(typeof SHARED)[number], number>;
  const push = (name: (typeof SHARED)[number]) => lua.lua_rawgeti(state, REGISTRY, refs[name]);

  /** Leaves what a table of ours knows of the first argument on the stack. @returns whether that is something */
  function found(table: 'inside' | 'left' | 'shown'): boolean {
    push(table);
    lua.lua_pushvalue(state, 1);
    lua.lua_rawget(state, -2);
    return stack.type(-1) !== LuaType.nil;
  }

  /** @returns whether the first argument is a frozen table, whose contents are then on top of the stack */
  function opens(): boolean {
    const top = lua.lua_gettop(state);
    if (stack.type(1) !== LuaType.table) return false;
    if (found('left')) stack.fail(`the embedded engine does not know ${stack.text(-1)}`);
    if (found('inside')) return true;
    lua.lua_settop(state, top);
    return false;
  }

  /** Puts what a frozen table holds in the place of the first argument. */
  function open(): void {
    const top = lua.lua_gettop(state);
    if (!opens()) return;
    lua.lua_replace(state, 1);
    lua.lua_settop(state, top);
  }

  function mustNotBeFrozen(): void {
    if (!opens()) return;
    stack.push(READONLY);
    lua.lua_error(state);
  }

  function next(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    open();
    lua.lua_settop(state, 2);
    if (lua.lua_next(state, 1)) return 2;
    stack.push(null);
    return 1;
  }

  function pairs(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    push(opens() ? 'next' : 'rawnext');
    lua.lua_pushvalue(state, 1);
    stack.push(null);
    return 3;
  }

  function rawget(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    lua.luaL_checkany(state, 2);
    open();
    lua.lua_settop(state, 2);
    lua.lua_rawget(state, 1);
    return 1;
  }

  function rawset(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    lua.luaL_checkany(state, 2);
    lua.luaL_checkany(state, 3);
    mustNotBeFrozen();
    lua.lua_settop(state, 3);
    lua.lua_rawset(state, 1);
    return 1;
  }

  function getmetatable(): number {
    lua.luaL_checkany(state, 1);
    if (stack.type(1) === LuaType.string) push('ofStrings');
    else if (opens()) found('shown');
    else if (!lua.lua_getmetatable(state, 1)) stack.push(null);
    else lua.luaL_getmetafield(state, 1, stack.write('__metatable'));
    return 1;
  }

  function setmetatable(): number {
    const type = stack.type(2);
    lua.luaL_checktype(state, 1, LuaType.table);
    if (type !== LuaType.nil && type !== LuaType.table)
      lua.luaL_argerror(state, 2, stack.write('nil or table expected'));
    mustNotBeFrozen();
    if (lua.luaL_getmetafield(state, 1, stack.write('__metatable')))
      return stack.fail('cannot change a protected metatable');
    lua.lua_settop(state, 2);
    lua.lua_setmetatable(state, 1);
    return 1;
  }

  /** At the end, which is what nearly all do, or by Lua's own function. */
  function insert(): number {
    const count = lua.lua_gettop(state);
    lua.luaL_checktype(state, 1, LuaType.table);
    mustNotBeFrozen();
    if (count === 2) {
      lua.lua_rawseti(state, 1, lua.lua_objlen(state, 1) + 1);
      return 0;
    }
    if (count !== 3) return stack.fail("wrong number of arguments to 'insert'");
    stack.replace(2, toInt(lua.luaL_checknumber(state, 2)));
    push('insert');
    lua.lua_insert(state, 1);
    lua.lua_call(state, 3, 0);
    return 0;
  }

  function foreach(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    lua.luaL_checktype(state, 2, LuaType.function);
    open();
    lua.lua_settop(state, 2);
    push('foreach');
    lua.lua_insert(state, 1);
    lua.lua_call(state, 2, 1);
    return 1;
  }

  /** Leaves the function, or nil and the compiler's message. */
  function compile(text: string, name: number): number {
    // The compiler must see that bytecode is no source.
    const source = text.startsWith(BYTECODE) ? ` ${text}` : text;
    const fault = lua.luaL_loadbuffer(state, stack.write(source), source.length, name);
    return fault === 0 ? 1 : refuse();
  }

  function refuse(): number {
    stack.push(null);
    lua.lua_insert(state, -2);
    return 2;
  }

  function loadstring(): number {
    const text = lua.luaL_checklstring(state, 1, 0);
    const name = lua.luaL_optlstring(state, 2, text, 0);
    return compile(stack.text(1), name);
  }

  /** The pieces that a function gives are put together before they are compiled. */
  function load(): number {
    lua.luaL_checktype(state, 1, LuaType.function);
    stack.push('=(load)');
    const name = lua.luaL_optlstring(state, 2, lua.lua_tolstring(state, -1, 0), 0);
    const pieces: string[] = [];
    for (;;) {
      lua.lua_pushvalue(state, 1);
      if (lua.lua_pcall(state, 0, 1, 0) !== 0) return refuse();
      const type = stack.type(-1);
      if (type !== LuaType.nil && type !== LuaType.string && type !== LuaType.number) {
        stack.push('reader function must return a string');
        return refuse();
      }
      const piece = type === LuaType.nil ? '' : stack.text(-1);
      if (piece === '') return compile(pieces.join(''), name);
      pieces.push(piece);
      stack.pop();
    }
  }

  function know(): number {
    for (const name of SHARED.toReversed()) refs[name] = lua.luaL_ref(state, REGISTRY);
    return 0;
  }

  return Object.entries({
    know,
    next,
    pairs,
    rawget,
    rawset,
    getmetatable,
    setmetatable,
    insert,
    foreach,
    loadstring,
    load,
  });
}
