import type { ProjectionCommands } from '../../ports/projections.ts';
import { kindNames, kindOf } from '../../sdk/projection.ts';
import type { KindCommands } from '../../sdk/projection-kind-entry.ts';
import { type RedisConnection, script } from './client.ts';

const GUARD_MS = 7 * 86_400_000;
/** Lua's unpack has room for some 8,000 values. */
const MOST_MEMBERS = 1000;

/** A sum is a whole number of 64 bits; Lua counts in doubles, and rounds far below what is left to that. */
const GREATEST_SUM = '9e18';

const kinds: readonly KindCommands[] = kindNames.map(kindOf);
const conditions = kinds.flatMap(({ command, holds: { condition } }) => (condition ? [{ command, condition }] : []));
const sums = kinds.flatMap(({ command, sum }) => (sum ? [{ command, sum }] : []));
const byCommand = new Map(kinds.map((kind) => [kind.command, kind]));

export interface Generations {
  /** As it is stored: `current` or `current,coming`. */
  stored: string;
  live: string[];
}

/** `misfit(command, key)`: why a command cannot run on what the key holds, or nil. A part of scripts. */
export const misfit = `
local types = { ${kinds.map(({ command, holds }) => `${command} = '${holds.type}'`).join(', ')} }
local function misfit(name, key)
  local found = redis.call('TYPE', key).ok
  if found == 'none' then return nil end
  local fits = found == types[name]
${conditions.map(({ command, condition }) => `  if fits and name == '${command}' then fits = ${condition} end`).join('\n')}
  if not fits then return 'WRONGTYPE ' .. name .. ' on a key that holds another kind (' .. found .. ')' end
end
`;

/**
 * KEYS: the generations, then for each live one its guard and its data keys.
 * ARGV: generations believed in, guard ms, EXPIRE or PEXPIREAT, live generations, data keys in each; per data key what follows that command or '';
 * per command its name, the place of its key, how many arguments follow, and these.
 * What keys hold, and would hold, is looked at before anything is written, because a script that fails keeps what it did
 * (protocol: refused-for-good). A generation that does not fit is left alone, the other one is written to all the same.
 */
const apply = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
local each = tonumber(ARGV[5])
${misfit}
local function commands(first, work)
  local at = 6 + each
  while at <= #ARGV do
    local count = tonumber(ARGV[at + 2])
    work(ARGV[at], KEYS[first + tonumber(ARGV[at + 1])], at + 3, at + 2 + count)
    at = at + 3 + count
  end
end
local function write(name, key, from, to) redis.call(name, key, unpack(ARGV, from, to)) end
local function expire(key, when)
  if when == '' then return end
  -- A change that was made long ago never shortens what a later one gave.
  if ARGV[3] == 'PEXPIREAT' and redis.call('PTTL', key) >= 0 then redis.call('PEXPIREAT', key, when, 'GT')
  else redis.call(ARGV[3], key, when) end
end
local totals = {}
local function overflow(name, key, from, to)
  local standing
${sums.map(({ command, sum }) => `  if name == '${command}' then standing = ${sum} or '0' end`).join('\n')}
  if not standing then return nil end
  local place = key .. ' ' .. table.concat(ARGV, ' ', from, to - 1)
  local total = (totals[place] or tonumber(standing)) + tonumber(ARGV[to])
  totals[place] = total
  if math.abs(total) > ${GREATEST_SUM} then return 'OVERFLOW ' .. name .. ' to more than ${GREATEST_SUM}' end
end

local refused
for index = 0, tonumber(ARGV[4]) - 1 do
  local first = 2 + index * (each + 1)
  if redis.call('EXISTS', KEYS[first]) == 0 then
    local fault
    commands(first, function(name, key, from, to) fault = fault or misfit(name, key) or overflow(name, key, from, to) end)
    if fault then refused = fault
    else
      redis.call('SET', KEYS[first], '1', 'PX', ARGV[2])
      commands(first, write)
      for place = 1, each do expire(KEYS[first + place], ARGV[5 + place]) end
    end
  end
end
if refused then return { refused } end
return 1
`);

/** `stored`: other generations than those believed in; nothing was written. `refused`: a generation holds what the commands do not fit. */
export type Applied = 'applied' | { stored: string } | { refused: string };

/**
 * Applies an event's commands once to each live generation (protocol: projection-after-commit).
 * @param expireAt for a rebuild: when each key ends, in epoch ms; a key that is not named stays
 */
export async function applyCommands(
  connection: RedisConnection,
  tenant: string,
  eventKey: string,
  { projection, keepSeconds, commands }: ProjectionCommands,
  { stored, live }: Generations,
  expireAt?: ReadonlyMap<string, number>,
): Promise<Applied> {
  const { generationsKey, guardKey, projectionKey } = connection.keys;
  const names = [...new Set(commands.map(([, key]) => key))];
  const keys = live.flatMap((generation) => [
    guardKey(tenant, projection, generation, eventKey),
    ...names.map((name) => projectionKey(tenant, projection, generation, name)),
  ]);
  const ends = names.map((name) => (expireAt ? expireAt.get(name) : keepSeconds) ?? '');
  const expire = expireAt ? 'PEXPIREAT' : 'EXPIRE';
  const args = [stored, GUARD_MS, expire, live.length, names.length, ...ends, ...encode(commands, names)];
  const reply = await connection.run(apply, [generationsKey(tenant, projection), ...keys], args);
  if (Array.isArray(reply)) return { refused: String(reply[0]) };
  return typeof reply === 'string' ? { stored: reply } : 'applied';
}

function encode(commands: ProjectionCommands['commands'], names: readonly string[]): string[] {
  const places = new Map(names.map((name, index) => [name, String(index + 1)]));
  return commands.flatMap(([command, key, ...args]) => {
    const kind = byCommand.get(command);
    if (!kind) throw new Error(`${command} is no command of a projection: it does not commute`);
    const place = places.get(key) ?? '';
    return parts(kind, args).flatMap((part) => [command, place, String(part.length), ...part]);
  });
}

/** Many members are added in several commands, none in none. */
function parts({ members }: KindCommands, args: readonly string[]): (readonly string[])[] {
  if (!members) return [args];
  const count = Math.ceil(args.length / MOST_MEMBERS);
  return Array.from({ length: count }, (_, index) => args.slice(index * MOST_MEMBERS, (index + 1) * MOST_MEMBERS));
}
