import type { LibraryEntry } from './library.ts';
import { Random } from './random.ts';
import type { LuaStack } from './stack.ts';
import { toInt } from './wide-numbers.ts';

/**
 * `random` and `randomseed` of scripts, which draw the same numbers on every machine.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#runtime-libraries
 */
export function drawing(stack: LuaStack): LibraryEntry[] {
  const { lua, state } = stack;
  const random = new Random();
  const int = (index: number): number => toInt(lua.luaL_checknumber(state, index));

  function between(low: number, high: number, drawn: number, place: number): number {
    if (low > high) lua.luaL_argerror(state, place, stack.write('interval is empty'));
    return Math.floor(drawn * (toInt(high - low) + 1)) + low;
  }

  function draw(): number {
    const drawn = random.draw();
    const count = lua.lua_gettop(state);
    if (count > 2) return stack.fail('wrong number of arguments');
    if (count === 0) stack.push(drawn);
    else if (count === 1) stack.push(between(1, int(1), drawn, 1));
    else stack.push(between(int(1), int(2), drawn, 2));
    return 1;
  }

  function seed(): number {
    random.seed(int(1));
    return 0;
  }

  return [
    ['random', draw],
    ['randomseed', seed],
  ];
}
