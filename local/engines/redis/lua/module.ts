/** A `lua_State*`. */
export type LuaState = number;

/** Of Lua's C interface (https://www.lua.org/manual/5.1/manual.html#3) what we use. */
export interface LuaFunctions {
  malloc(bytes: number): number;
  free(pointer: number): void;
  luaL_newstate(): LuaState;
  luaopen_base(state: LuaState): number;
  luaopen_string(state: LuaState): number;
  luaopen_table(state: LuaState): number;
  luaopen_math(state: LuaState): number;
  luaopen_debug(state: LuaState): number;
  luaL_loadbuffer(state: LuaState, text: number, length: number, name: number): number;
  luaL_ref(state: LuaState, table: number): number;
  luaL_unref(state: LuaState, table: number, ref: number): void;
  luaL_where(state: LuaState, level: number): void;
  luaL_argerror(state: LuaState, argument: number, message: number): number;
  luaL_checktype(state: LuaState, index: number, type: number): void;
  luaL_checkany(state: LuaState, index: number): void;
  luaL_checknumber(state: LuaState, index: number): number;
  luaL_checklstring(state: LuaState, index: number, length: number): number;
  luaL_optlstring(state: LuaState, index: number, otherwise: number, length: number): number;
  luaL_getmetafield(state: LuaState, index: number, name: number): number;
  lua_call(state: LuaState, args: number, results: number): void;
  lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
  lua_error(state: LuaState): number;
  lua_sethook(state: LuaState, hook: number, mask: number, count: number): number;
  lua_gettop(state: LuaState): number;
  lua_settop(state: LuaState, index: number): void;
  lua_checkstack(state: LuaState, extra: number): number;
  lua_type(state: LuaState, index: number): number;
  lua_isstring(state: LuaState, index: number): number;
  lua_isnumber(state: LuaState, index: number): number;
  lua_toboolean(state: LuaState, index: number): number;
  lua_tonumber(state: LuaState, index: number): number;
  lua_tolstring(state: LuaState, index: number, length: number): number;
  lua_pushnil(state: LuaState): void;
  lua_pushboolean(state: LuaState, value: number): void;
  lua_pushnumber(state: LuaState, value: number): void;
  lua_pushlstring(state: LuaState, text: number, length: number): void;
  lua_pushcclosure(state: LuaState, work: number, upvalues: number): void;
  lua_createtable(state: LuaState, list: number, fields: number): void;
  lua_rawget(state: LuaState, index: number): void;
  lua_rawset(state: LuaState, index: number): void;
  lua_pushvalue(state: LuaState, index: number): void;
  lua_remove(state: LuaState, index: number): void;
  lua_getfield(state: LuaState, index: number, name: number): void;
  lua_insert(state: LuaState, index: number): void;
  lua_concat(state: LuaState, count: number): void;
  lua_objlen(state: LuaState, index: number): number;
  lua_getmetatable(state: LuaState, index: number): number;
  lua_setmetatable(state: LuaState, index: number): number;
  lua_replace(state: LuaState, index: number): void;
  lua_rawgeti(state: LuaState, index: number, at: number): void;
  lua_rawseti(state: LuaState, index: number, at: number): void;
  lua_next(state: LuaState, index: number): number;
}

export interface LuaModule extends LuaFunctions {
  /** All of its memory, which is another object after it has grown. */
  bytes: Buffer;
  /** @returns the address at which Lua can call a function */
  addFunction(work: (state: LuaState) => number | undefined, signature: 'ii' | 'vii'): number;
}

export const REGISTRY = -10_000;
export const GLOBALS = -10_002;
export const COUNT_HOOK = 8;
export const LuaType = { nil: 0, boolean: 1, number: 3, string: 4, table: 5, function: 6 } as const;
