import { LuaType, REGISTRY } from './module.ts';
import type { LuaStack } from './stack.ts';
import { formatWide } from './wide-format.ts';

/** What a server's C makes of a number: a `ptrdiff_t` of 64 bits, or the lower half of it, an `int`. */
type Width = 'long' | 'int';

const INT = 2 ** 31;
const LONG = 2 ** 63;
const LARGEST = 2n ** 64n - 1n;
const ALL_RESULTS = -1;
const ANY_PLACE = 0;
const BAD_ARGUMENT = /^bad argument #(\d+) to '\?' \((.*)\)$/s;

/** Functions of Lua whose arguments are cut to 32 bits where a pointer has as many, by place. */
const widths: Readonly<Record<string, Readonly<Record<number, Width>>>> = {
  sub: { 2: 'long', 3: 'long' },
  byte: { 2: 'long', 3: 'long' },
  find: { 3: 'long' },
  match: { 3: 'long' },
  rep: { 2: 'int' },
  char: { [ANY_PLACE]: 'int' },
  concat: { 3: 'int', 4: 'int' },
  remove: { 2: 'int' },
  unpack: { 2: 'int', 3: 'int' },
  select: { 1: 'int' },
  ldexp: { 2: 'int' },
  tonumber: { 2: 'int' },
};

/** A number that in 32 bits means what this one means in 64: what is cut from a `long` is beyond every string. */
function narrowed(value: number, width: Width): number {
  const inRange = value >= -LONG && value < LONG;
  const long = inRange ? BigInt(Math.trunc(value)) : -(2n ** 63n);
  if (width === 'int') return Number(BigInt.asIntN(32, long));
  return Number(long < 0n ? -INT : INT - 1);
}

/** What strtoul makes of a text, undefined when something is left of it. */
function unsignedOf(text: string, base: number): bigint | undefined {
  const [, sign, prefix = '', rest] = /^[ \t-\r]*([+-]?)(0x)?([\da-z]+)[ \t-\r]*$/i.exec(text) ?? [];
  if (rest === undefined) return undefined;
  let value = 0n;
  for (const digit of base === 16 ? rest : prefix + rest) {
    const worth = Number.parseInt(digit, 36);
    if (worth >= base) return undefined;
    value = value * BigInt(base) + BigInt(worth);
  }
  return value > LARGEST ? LARGEST : BigInt.asUintN(64, sign === '-' ? -value : value);
}

/**
 * Makes functions of Lua take numbers as wide as on a server, whose pointers have 64 bits. Their errors name the function and
 * the line of the script, as those of Lua's own do.
 * @returns what makes one of them of its name and Lua's own, which are its arguments
 */
export function widener(stack: LuaStack): () => number {
  const { lua, state } = stack;
  const isNarrow = (value: number) => value >= -INT && value < INT;

  function narrow(places: Readonly<Record<number, Width>>): void {
    for (let place = lua._lua_gettop(state); place > 0; place--) {
      const width = places[place] ?? places[ANY_PLACE];
      const value = width && stack.numberAt(place);
      if (!width || value === undefined || isNarrow(value)) continue;
      stack.push(narrowed(value, width));
      lua._lua_replace(state, place);
    }
  }

  /** Runs Lua's own function. An error comes from a function that C called: it says neither name nor line. */
  function run(original: number): number {
    lua._lua_rawgeti(state, REGISTRY, original);
    lua._lua_insert(state, 1);
    if (lua._lua_pcall(state, lua._lua_gettop(state) - 1, ALL_RESULTS, 0) === 0) return lua._lua_gettop(state);
    if (stack.type(-1) !== LuaType.string) return lua._lua_error(state);
    const message = stack.text(-1);
    const [, place, reason = ''] = BAD_ARGUMENT.exec(message) ?? [];
    return place === undefined
      ? stack.fail(message)
      : lua._luaL_argerror(state, Number(place), stack.write(`${reason}\0`));
  }

  /** The format and its arguments, with text in the place of the numbers that are too wide. */
  function format(): void {
    if (stack.type(1) !== LuaType.string) return;
    const count = lua._lua_gettop(state);
    const numbers = Array.from({ length: count }, (_, index) => (index === 0 ? undefined : stack.numberAt(index + 1)));
    if (numbers.every((value) => value === undefined || (value >= 0 && value < INT))) return;
    const { text, replaced } = formatWide(stack.text(1), numbers.slice(1));
    stack.push(text);
    lua._lua_replace(state, 1);
    for (const [index, written] of replaced) {
      stack.push(written);
      lua._lua_replace(state, index + 2);
    }
  }

  /** `tonumber` with a base, as strtoul reads: in 64 bits, after any sign, up to a zero byte. @returns whether it was that */
  function readDigits(): boolean {
    const base = Math.trunc(stack.numberAt(2) ?? 10);
    const readable = stack.type(1) === LuaType.string || stack.type(1) === LuaType.number;
    if (!readable || base === 10 || base < 2 || base > 36) return false;
    const value = unsignedOf(stack.text(1).split('\0', 1)[0] ?? '', base);
    stack.push(value === undefined ? null : Number(value));
    return true;
  }

  return () => {
    const name = stack.text(1);
    lua._lua_settop(state, 2);
    const original = lua._luaL_ref(state, REGISTRY);
    const places = widths[name] ?? {};
    const work = () => {
      if (name === 'format') format();
      else narrow(places);
      if (name === 'tonumber' && readDigits()) return 1;
      return run(original);
    };
    lua._lua_pushcclosure(state, lua.addFunction(work, 'ii'), 0);
    return 1;
  };
}
