import { type LuaModule, type LuaState, LuaType } from './module.ts';

/** Moves values between JavaScript and Lua's stack. Strings are latin1, one character a byte. */
export class LuaStack {
  readonly lua: LuaModule;
  readonly state: LuaState;
  readonly #length: number;
  #scratch = 0;
  #size = 0;

  constructor(lua: LuaModule, state: LuaState) {
    this.lua = lua;
    this.state = state;
    this.#length = lua.malloc(4);
  }

  /** Copies text into memory that stays until the next call. @returns its address; a zero byte follows the text */
  write(text: string): number {
    if (text.length + 1 > this.#size) {
      if (this.#scratch) this.lua.free(this.#scratch);
      this.#size = Math.max(4096, (text.length + 1) * 2);
      this.#scratch = this.lua.malloc(this.#size);
    }
    const { bytes } = this.lua;
    bytes.write(text, this.#scratch, 'latin1');
    bytes[this.#scratch + text.length] = 0;
    return this.#scratch;
  }

  push(value: string | number | boolean | null): void {
    if (typeof value === 'string') this.lua.lua_pushlstring(this.state, this.write(value), value.length);
    else if (typeof value === 'number') this.lua.lua_pushnumber(this.state, value);
    else if (typeof value === 'boolean') this.lua.lua_pushboolean(this.state, value ? 1 : 0);
    else this.lua.lua_pushnil(this.state);
  }

  /** The text at a place of the stack, which must hold a string or a number. */
  text(index: number): string {
    const pointer = this.lua.lua_tolstring(this.state, index, this.#length);
    const { bytes } = this.lua;
    return bytes.toString('latin1', pointer, pointer + bytes.readUInt32LE(this.#length));
  }

  type(index: number): number {
    return this.lua.lua_type(this.state, index);
  }

  /** The number at a place, or the one that a text there stands for. */
  numberAt(index: number): number | undefined {
    const { lua, state } = this;
    return lua.lua_isnumber(state, index) ? lua.lua_tonumber(state, index) : undefined;
  }

  /** Puts a value in the place of another. */
  replace(index: number, value: string | number): void {
    this.push(value);
    this.lua.lua_replace(this.state, index);
  }

  /** Leaves the compiled function, or the compiler's message. @returns 0 when it is the function */
  load(text: string, name: string): number {
    const start = this.write(`${text}\0${name}`);
    return this.lua.luaL_loadbuffer(this.state, start, text.length, start + text.length + 1);
  }

  /** Raises an error of a function, which names the line that called it. */
  fail(message: string): number {
    this.lua.luaL_where(this.state, 1);
    this.push(message);
    this.lua.lua_concat(this.state, 2);
    return this.lua.lua_error(this.state);
  }

  /** Leaves the field of the table on top of the stack. */
  getField(table: number, name: string): void {
    this.push(name);
    this.lua.lua_rawget(this.state, table < 0 ? table - 1 : table);
  }

  /** The field if it is a string. */
  textField(table: number, name: string): string | undefined {
    this.getField(table, name);
    const value = this.type(-1) === LuaType.string ? this.text(-1) : undefined;
    this.pop();
    return value;
  }

  /** A table with one text field on top of the stack. */
  pushRecord(name: string, text: string): void {
    this.lua.lua_createtable(this.state, 0, 1);
    this.push(name);
    this.push(text);
    this.lua.lua_rawset(this.state, -3);
  }

  pushList(list: readonly string[]): void {
    this.lua.lua_createtable(this.state, list.length, 0);
    list.forEach((text, index) => {
      this.push(text);
      this.lua.lua_rawseti(this.state, -2, index + 1);
    });
  }

  pop(count = 1): void {
    this.lua.lua_settop(this.state, -count - 1);
  }
}
