import wasmoon from 'wasmoon-lua5.1';

/** A `lua_State*`. */
export type LuaState = number;

/** Of Lua's C interface (https://www.lua.org/manual/5.1/manual.html#3) what we use, on the memory of the WASM module. */
export interface LuaModule {
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  addFunction(work: (state: LuaState) => number | undefined, signature: string): number;
  _luaL_newstate(): LuaState;
  _luaopen_base(state: LuaState): number;
  _luaopen_string(state: LuaState): number;
  _luaopen_table(state: LuaState): number;
  _luaopen_math(state: LuaState): number;
  _luaopen_debug(state: LuaState): number;
  _luaL_loadbuffer(state: LuaState, text: number, length: number, name: number): number;
  _luaL_ref(state: LuaState, table: number): number;
  _luaL_unref(state: LuaState, table: number, ref: number): void;
  _luaL_where(state: LuaState, level: number): void;
  _luaL_argerror(state: LuaState, argument: number, message: number): number;
  _luaL_checktype(state: LuaState, index: number, type: number): void;
  _luaL_checkany(state: LuaState, index: number): void;
  _luaL_checknumber(state: LuaState, index: number): number;
  _luaL_checklstring(state: LuaState, index: number, length: number): number;
  _luaL_optlstring(state: LuaState, index: number, otherwise: number, length: number): number;
  _luaL_getmetafield(state: LuaState, index: number, name: number): number;
  _lua_call(state: LuaState, args: number, results: number): void;
  _lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
  _lua_error(state: LuaState): number;
  _lua_sethook(state: LuaState, hook: number, mask: number, count: number): number;
  _lua_gettop(state: LuaState): number;
  _lua_settop(state: LuaState, index: number): void;
  _lua_checkstack(state: LuaState, extra: number): number;
  _lua_type(state: LuaState, index: number): number;
  _lua_isstring(state: LuaState, index: number): number;
  _lua_isnumber(state: LuaState, index: number): number;
  _lua_toboolean(state: LuaState, index: number): number;
  _lua_tonumber(state: LuaState, index: number): number;
  _lua_tolstring(state: LuaState, index: number, length: number): number;
  _lua_pushnil(state: LuaState): void;
  _lua_pushboolean(state: LuaState, value: number): void;
  _lua_pushnumber(state: LuaState, value: number): void;
  _lua_pushlstring(state: LuaState, text: number, length: number): void;
  _lua_pushcclosure(state: LuaState, work: number, upvalues: number): void;
  _lua_createtable(state: LuaState, list: number, fields: number): void;
  _lua_rawget(state: LuaState, index: number): void;
  _lua_rawset(state: LuaState, index: number): void;
  _lua_pushvalue(state: LuaState, index: number): void;
  _lua_insert(state: LuaState, index: number): void;
  _lua_concat(state: LuaState, count: number): void;
  _lua_objlen(state: LuaState, index: number): number;
  _lua_getmetatable(state: LuaState, index: number): number;
  _lua_setmetatable(state: LuaState, index: number): number;
  _lua_replace(state: LuaState, index: number): void;
  _lua_rawgeti(state: LuaState, index: number, at: number): void;
  _lua_rawseti(state: LuaState, index: number, at: number): void;
  _lua_next(state: LuaState, index: number): number;
}

export const REGISTRY = -10_000;
export const GLOBALS = -10_002;
export const COUNT_HOOK = 8;
export const LuaType = { nil: 0, boolean: 1, number: 3, string: 4, table: 5, function: 6 } as const;

/** Lua 5.1 itself, compiled to WebAssembly: the version that Redis runs. */
export async function loadLua(): Promise<LuaModule> {
  const { module } = await wasmoon.LuaApi.initialize();
  return module;
}
