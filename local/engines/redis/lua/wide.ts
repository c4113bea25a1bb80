import { LuaType, REGISTRY } from './module.ts';
import type { LuaStack } from './stack.ts';
import { type Directive, directivesOf, formatWhole, isWide, takesNumber } from './wide-format.ts';
import { isInt, toInt, toLong, unsignedOf } from './wide-numbers.ts';

const ALL_RESULTS = -1;
const ANY_PLACE = 0;
const BAD_ARGUMENT = /^bad argument #(\d+) to '\?' \((.*)\)$/s;
/** Formats that are remembered: scripts have few of their own. */
const MOST_FORMATS = 200;

/** A format, kept so that its address stays its own. */
interface KnownFormat {
  ref: number;
  text: string;
  directives: Directive[];
}

/** A `ptrdiff_t` of 64 bits, or the lower half of it, an `int`. */
type Width = (value: number) => number;

/** Numbers by place that Lua's own functions cut to 32 bits, where pointers have as many. */
const cut: Readonly<Record<string, Readonly<Record<number, Width>>>> = {
  byte: { 2: toLong, 3: toLong },
  find: { 3: toLong },
  match: { 3: toLong },
  gsub: { 4: toInt },
  rep: { 2: toInt },
  char: { [ANY_PLACE]: toInt },
  concat: { 3: toInt, 4: toInt },
  remove: { 2: toInt },
  ldexp: { 2: toInt },
};

/**
 * Makes functions of Lua take numbers as wide as on a server, whose pointers have 64 bits. Their errors name the function and
 * the line of the script, as those of Lua's own do.
 * @returns what makes one of them of its name and Lua's own, which are its arguments
 */
export function widener(stack: LuaStack): () => number {
  const { lua, state } = stack;
  const formats = new Map<number, KnownFormat>();
  const isGiven = (place: number) => stack.type(place) > LuaType.nil;
  const optional = (place: number, width: Width, otherwise: number) =>
    isGiven(place) ? width(lua.luaL_checknumber(state, place)) : otherwise;

  function sub(): number {
    const text = lua.luaL_checklstring(state, 1, 0);
    const length = lua.lua_objlen(state, 1);
    const from = (place: number) => Math.max(0, place < 0 ? place + length + 1 : place);
    const start = Math.max(1, from(toLong(lua.luaL_checknumber(state, 2))));
    const end = Math.min(length, from(optional(3, toLong, -1)));
    lua.lua_pushlstring(state, text + (start > end ? 0 : start - 1), Math.max(0, end - start + 1));
    return 1;
  }

  function unpack(): number {
    lua.luaL_checktype(state, 1, LuaType.table);
    const from = optional(2, toInt, 1);
    const to = isGiven(3) ? toInt(lua.luaL_checknumber(state, 3)) : lua.lua_objlen(state, 1);
    if (from > to) return 0;
    const count = to - from + 1;
    if (!isInt(count) || !lua.lua_checkstack(state, count)) return stack.fail('too many results to unpack');
    for (let at = from; at <= to; at++) lua.lua_rawgeti(state, 1, at);
    return count;
  }

  function select(): number {
    const count = lua.lua_gettop(state);
    if (stack.type(1) === LuaType.string && stack.text(1).startsWith('#')) {
      stack.push(count - 1);
      return 1;
    }
    const given = toInt(lua.luaL_checknumber(state, 1));
    const at = given < 0 ? count + given : Math.min(given, count);
    return at < 1 ? lua.luaL_argerror(state, 1, stack.write('index out of range')) : count - at;
  }

  // C's library reads `-nan` without its sign, and JavaScript does not keep that.
  stack.load('return -tonumber("nan")', '=nan');
  lua.lua_call(state, 0, 1);
  const negativeNan = lua.luaL_ref(state, REGISTRY);

  /** Puts the number that a text stands for in its place. */
  function read(place: number, value: number): void {
    if (Number.isNaN(value) && /^[ \t-\r]*-/.test(stack.text(place))) {
      lua.lua_rawgeti(state, REGISTRY, negativeNan);
      lua.lua_replace(state, place);
    } else stack.replace(place, value);
  }

  function tonumber(): number {
    const base = optional(2, toInt, 10);
    if (base === 10) {
      lua.luaL_checkany(state, 1);
      lua.lua_settop(state, 1);
      if (stack.type(1) === LuaType.number) return 1;
      const value = stack.numberAt(1);
      if (value === undefined) stack.push(null);
      else read(1, value);
      return 1;
    }
    lua.luaL_checklstring(state, 1, 0);
    if (base < 2 || base > 36) return lua.luaL_argerror(state, 2, stack.write('base out of range'));
    stack.push(unsignedOf(stack.text(1), base) ?? null);
    return 1;
  }

  /** @param address of the first argument: Lua has no string twice */
  function knownFormat(address: number): KnownFormat {
    const known = formats.get(address);
    if (known) return known;
    if (formats.size >= MOST_FORMATS) {
      for (const { ref } of formats.values()) lua.luaL_unref(state, REGISTRY, ref);
      formats.clear();
    }
    const text = stack.text(1);
    lua.lua_pushvalue(state, 1);
    const format = { ref: lua.luaL_ref(state, REGISTRY), text, directives: directivesOf(text) };
    formats.set(address, format);
    return format;
  }

  /** Puts text in the place of each number that is too wide, and `%s` in that of its directive. */
  function format(original: number): number {
    const { text: given, directives } = knownFormat(lua.luaL_checklstring(state, 1, 0));
    const last = lua.lua_gettop(state);
    let text = '';
    let copied = 0;
    for (const [index, directive] of directives.entries()) {
      const place = index + 2;
      if (place > last) return lua.luaL_argerror(state, place, stack.write('no value'));
      if (directive.fault !== undefined) return stack.fail(directive.fault);
      if (!takesNumber(directive)) {
        lua.luaL_checklstring(state, place, 0);
        continue;
      }
      const value = lua.luaL_checknumber(state, place);
      if (stack.type(place) === LuaType.string) read(place, value);
      if (directive.kind === 'c' && !isInt(value)) stack.replace(place, 0);
      if (!isWide(directive, value)) continue;
      stack.replace(place, formatWhole(directive, value));
      text += `${given.slice(copied, directive.start)}%s`;
      copied = directive.end;
    }
    if (copied > 0) stack.replace(1, text + given.slice(copied));
    lua.lua_rawgeti(state, REGISTRY, original);
    lua.lua_insert(state, 1);
    lua.lua_call(state, lua.lua_gettop(state) - 1, 1);
    return 1;
  }

  /** Lua's own function with narrow numbers. An error comes from a function that C called: it says neither name nor line. */
  function narrowed(places: Readonly<Record<number, Width>>, original: number): number {
    for (let place = lua.lua_gettop(state); place > 0; place--) {
      const width = places[place] ?? places[ANY_PLACE];
      const value = width && stack.numberAt(place);
      if (width && value !== undefined && !isInt(value)) stack.replace(place, clamped(width(value)));
    }
    lua.lua_rawgeti(state, REGISTRY, original);
    lua.lua_insert(state, 1);
    if (lua.lua_pcall(state, lua.lua_gettop(state) - 1, ALL_RESULTS, 0) === 0) return lua.lua_gettop(state);
    const message = stack.text(-1);
    const [, place, reason = ''] = BAD_ARGUMENT.exec(message) ?? [];
    return place === undefined ? stack.fail(message) : lua.luaL_argerror(state, Number(place), stack.write(reason));
  }

  const whole: Readonly<Record<string, (original: number) => number>> = { sub, unpack, select, tonumber, format };

  return () => {
    const name = stack.text(1);
    lua.lua_settop(state, 2);
    const original = lua.luaL_ref(state, REGISTRY);
    const work = whole[name] ?? ((own: number) => narrowed(cut[name] ?? {}, own));
    lua.lua_pushcclosure(
      state,
      lua.addFunction(() => work(original), 'ii'),
      0,
    );
    return 1;
  };
}

/** What is beyond 32 bits is beyond every string. */
const clamped = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
