import { type LuaModule, type LuaState, LuaType } from './module.ts';

/** Moves values between JavaScript and Lua's stack. Strings are latin1, one character a byte. */
export class LuaStack {
  readonly lua: LuaModule;
  readonly state: LuaState;
  readonly #length: number;
  #bytes: Buffer = Buffer.alloc(0);
  #scratch = 0;
  #size = 0;

  constructor(lua: LuaModule, state: LuaState) {
    this.lua = lua;
    this.state = state;
    this.#length = lua._malloc(4);
  }

  /** Copies text into memory that stays until the next call. @returns its address; a zero byte follows the text */
  write(text: string): number {
    if (text.length + 1 > this.#size) {
      if (this.#scratch) this.lua._free(this.#scratch);
      this.#size = Math.max(4096, (text.length + 1) * 2);
      this.#scratch = this.lua._malloc(this.#size);
    }
    const bytes = this.#memory();
    bytes.write(text, this.#scratch, 'latin1');
    bytes[this.#scratch + text.length] = 0;
    return this.#scratch;
  }

  push(value: string | number | boolean | null): void {
    if (typeof value === 'string') this.lua._lua_pushlstring(this.state, this.write(value), value.length);
    else if (typeof value === 'number') this.lua._lua_pushnumber(this.state, value);
    else if (typeof value === 'boolean') this.lua._lua_pushboolean(this.state, value ? 1 : 0);
    else this.lua._lua_pushnil(this.state);
  }

  /** The text at a place of the stack, which must hold a string or a number. */
  text(index: number): string {
    const pointer = this.lua._lua_tolstring(this.state, index, this.#length);
    const length = this.lua.HEAPU32[this.#length >> 2] ?? 0;
    return this.#memory().toString('latin1', pointer, pointer + length);
  }

  type(index: number): number {
    return this.lua._lua_type(this.state, index);
  }

  /** The number at a place, or the one that a text there stands for. */
  numberAt(index: number): number | undefined {
    const { lua, state } = this;
    return lua._lua_isnumber(state, index) ? lua._lua_tonumber(state, index) : undefined;
  }

  /** Puts a value in the place of another. */
  replace(index: number, value: string | number): void {
    this.push(value);
    this.lua._lua_replace(this.state, index);
  }

  /** Raises an error of a function, which names the line that called it. */
  fail(message: string): number {
    this.lua._luaL_where(this.state, 1);
    this.push(message);
    this.lua._lua_concat(this.state, 2);
    return this.lua._lua_error(this.state);
  }

  /** Leaves the field of the table on top of the stack. */
  getField(table: number, name: string): void {
    this.push(name);
    this.lua._lua_rawget(this.state, table < 0 ? table - 1 : table);
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
    this.lua._lua_createtable(this.state, 0, 1);
    this.push(name);
    this.push(text);
    this.lua._lua_rawset(this.state, -3);
  }

  pushList(list: readonly string[]): void {
    this.lua._lua_createtable(this.state, list.length, 0);
    list.forEach((text, index) => {
      this.push(text);
      this.lua._lua_rawseti(this.state, -2, index + 1);
    });
  }

  pop(count = 1): void {
    this.lua._lua_settop(this.state, -count - 1);
  }

  /** All of Lua's memory, which is another piece after it has grown. */
  #memory(): Buffer {
    const { buffer, byteOffset, length } = this.lua.HEAPU8;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer, byteOffset, length);
    return this.#bytes;
  }
}
