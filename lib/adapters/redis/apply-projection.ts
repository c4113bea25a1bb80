import type { ProjectionCommands } from '../../ports.ts';
import { generationsKey, guardKey, projectionKey } from '../../redis-keys.ts';
import { type RedisConnection, script } from './client.ts';

const GUARD_MS = 7 * 86_400_000;
/** Lua's unpack has room for some 8,000 values. */
const MOST_MEMBERS = 1000;

/** Commands that commute: projections come out the same in whatever order events are applied. */
const commuting = new Set(['INCRBY', 'HINCRBY', 'ZINCRBY', 'PFADD', 'SADD']);

export interface Generations {
  /** As it is stored: `current` or `current,coming`. */
  stored: string;
  live: string[];
}

/**
 * KEYS: the generations, then for each live one its guard and its data keys.
 * ARGV: generations believed in, guard ms, seconds to keep or '', live generations, data keys in each, then per command its name,
 * the place of its key, how many arguments follow, and these.
 * Types are compared before anything is written, because a script that fails keeps what it did.
 */
const apply = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
local types = { INCRBY = 'string', HINCRBY = 'hash', ZINCRBY = 'zset', PFADD = 'string', SADD = 'set' }
local each = tonumber(ARGV[5])

local function commands(first, work)
  local at = 6
  while at <= #ARGV do
    local count = tonumber(ARGV[at + 2])
    work(ARGV[at], KEYS[first + tonumber(ARGV[at + 1])], at + 3, at + 2 + count)
    at = at + 3 + count
  end
end
local function check(name, key)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= types[name] then error({ err = 'WRONGTYPE ' .. name .. ' on a ' .. found }) end
end
local function write(name, key, from, to) redis.call(name, key, unpack(ARGV, from, to)) end

local generations = tonumber(ARGV[4])
for index = 0, generations - 1 do commands(2 + index * (each + 1), check) end
for index = 0, generations - 1 do
  local first = 2 + index * (each + 1)
  if redis.call('SET', KEYS[first], '1', 'NX', 'PX', ARGV[2]) then
    commands(first, write)
    if ARGV[3] ~= '' then
      for place = 1, each do redis.call('EXPIRE', KEYS[first + place], ARGV[3]) end
    end
  end
end
return 1
`);

/** @returns the stored generations when they are not those believed in; nothing was written then */
export async function applyCommands(
  connection: RedisConnection,
  tenant: string,
  eventKey: string,
  { projection, keepSeconds, commands }: ProjectionCommands,
  { stored, live }: Generations,
): Promise<undefined | { stored: string }> {
  const names = [...new Set(commands.map(([, key]) => key))];
  const keys = live.flatMap((generation) => [
    guardKey(tenant, projection, generation, eventKey),
    ...names.map((name) => projectionKey(tenant, projection, generation, name)),
  ]);
  const args = [stored, GUARD_MS, keepSeconds ?? '', live.length, names.length, ...encode(commands, names)];
  const reply = await connection.run(apply, [generationsKey(tenant, projection), ...keys], args);
  return typeof reply === 'string' ? { stored: reply } : undefined;
}

function encode(commands: ProjectionCommands['commands'], names: readonly string[]): string[] {
  return commands.flatMap(([command, key, ...args]) => {
    if (!commuting.has(command)) throw new Error(`${command} is no command of a projection: it does not commute`);
    const place = String(names.indexOf(key) + 1);
    return parts(command, args).flatMap((part) => [command, place, String(part.length), ...part]);
  });
}

/** Many members are added in several commands. */
function parts(command: string, args: readonly string[]): (readonly string[])[] {
  if (command !== 'PFADD' && command !== 'SADD') return [args];
  const count = Math.max(1, Math.ceil(args.length / MOST_MEMBERS));
  return Array.from({ length: count }, (_, index) => args.slice(index * MOST_MEMBERS, (index + 1) * MOST_MEMBERS));
}
