import { GUARD_MS } from '../../ports/projections.ts';
import { kindNames, kindOf } from '../../sdk/projection.ts';
import type { KindCommands } from '../../sdk/projection-kind-entry.ts';
import { type Reply, script } from './asked.ts';
import type { RedisCalls } from './client.ts';
import { type EventCommands, encodeCommands } from './encode-commands.ts';

/** A sum is a whole number of 64 bits; Lua counts in doubles, and rounds far below what is left to that. */
const GREATEST_SUM = '9e18';
/** Of what stands there: below 2^63 by more than a double rounds. */
const GREATEST_FOUND = '9.223e18';

const kinds: readonly KindCommands[] = kindNames.map(kindOf);
const conditions = kinds.flatMap(({ command, holds: { condition } }) => (condition ? [{ command, condition }] : []));
const sums = kinds.flatMap(({ command, sum }) => (sum ? [{ command, sum }] : []));

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
 * KEYS: the generations, then for each live one the guards of the events and the data keys.
 * ARGV: generations believed in, guard ms, EXPIRE or PEXPIREAT, live generations, events, data keys in each; per event how many commands it
 * has; per command its name, the place of its key, what follows EXPIRE or '', how many arguments follow, and these.
 *
 * Each event is taken for itself, behind its own guard in each generation: what its keys hold, and would hold, is looked at before anything
 * of it is written, because a script that fails keeps what it did (protocol: refused-for-good). What does not fit is left alone, in that
 * generation; other events, and the other generation, are written to all the same. A key that was just written to is not looked at again.
 */
const apply = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
local events, each = tonumber(ARGV[5]), tonumber(ARGV[6])
${misfit}
local begins, next = {}, 7
for event = 1, events do
  begins[event] = next
  local count = tonumber(ARGV[next])
  next = next + 1
  for _ = 1, count do next = next + 4 + tonumber(ARGV[next + 3]) end
end
local function commands(event, work)
  local at = begins[event] + 1
  for _ = 1, tonumber(ARGV[begins[event]]) do
    local last = at + 3 + tonumber(ARGV[at + 3])
    work(ARGV[at], tonumber(ARGV[at + 1]), at + 4, last, ARGV[at + 2])
    at = last + 1
  end
end
local function expire(key, when)
  if when == '' then redis.call('PERSIST', key)
  -- A change that was made long ago never shortens what a later one gave.
  elseif ARGV[3] == 'PEXPIREAT' and redis.call('PTTL', key) >= 0 then redis.call('PEXPIREAT', key, when, 'GT')
  else redis.call(ARGV[3], key, when) end
end
local standing = {
${sums.map(({ command, sum }) => `  ${command} = function(key, from) return ${sum} or '0' end,`).join('\n')}
}
-- As Redis reads one: without a sign of its own for 0, and without zeros before it.
local function whole(found)
  if type(found) == 'number' then return true end
  if found == '0' then return true end
  return string.match(found, '^-?[1-9]%d*$') and #found <= 20 and math.abs(tonumber(found)) <= ${GREATEST_FOUND}
end

local refused = {}
for index = 0, tonumber(ARGV[4]) - 1 do
  local guards = 1 + index * (events + each)
  local data = guards + events
  local written, ends, totals = {}, {}, {}
  for event = 1, events do
    local guard = KEYS[guards + event]
    if redis.call('EXISTS', guard) == 0 then
      local fault, sums = nil, {}
      commands(event, function(name, place, from, to)
        if fault then return end
        local key = KEYS[data + place]
        if written[place] ~= name then fault = misfit(name, key) end
        if fault or not standing[name] then return end
        local sum = place .. ' ' .. table.concat(ARGV, ' ', from, to - 1)
        local before = sums[sum] or totals[sum] or standing[name](key, from)
        if not whole(before) then
          fault = 'WRONGTYPE ' .. name .. ' on what is no whole number of 64 bits'
          return
        end
        sums[sum] = tonumber(before) + tonumber(ARGV[to])
        if math.abs(sums[sum]) > ${GREATEST_SUM} then fault = 'OVERFLOW ' .. name .. ' to more than ${GREATEST_SUM}' end
      end)
      if fault then refused[event] = fault
      else
        redis.call('SET', guard, '1', 'PX', ARGV[2])
        commands(event, function(name, place, from, to, when)
          redis.call(name, KEYS[data + place], unpack(ARGV, from, to))
          written[place] = name
          -- What stays is changed by a rebuild in no order of time: a consumer may have said meanwhile when it ends.
          if when ~= '' or ARGV[3] == 'EXPIRE' then ends[place] = when end
        end)
        for sum, total in pairs(sums) do totals[sum] = total end
      end
    end
  end
  for place = 1, each do
    if ends[place] then expire(KEYS[data + place], ends[place]) end
  end
end
local faults = {}
for event = 1, events do
  if refused[event] then
    faults[#faults + 1] = event - 1
    faults[#faults + 1] = refused[event]
  end
end
return faults
`);

/**
 * `stored`: other generations than those believed in; nothing was written. Otherwise those that a generation refused, by their place, with
 * why: it holds what their commands do not fit.
 */
export type Applied = { stored: string } | { refused: ReadonlyMap<number, string> };

/**
 * Applies the commands of events, in their order and each once, to every live generation (protocol: projection-after-commit).
 * @param events as many as fit into one call (gather-commands.ts)
 * @param expireAt for a rebuild: when each key ends, in epoch ms; a key that is not named stays
 */
export async function applyCommands(
  connection: RedisCalls,
  { tenant, projection }: { tenant: string; projection: string },
  events: readonly EventCommands[],
  { stored, live }: Generations,
  expireAt?: ReadonlyMap<string, number>,
): Promise<Applied> {
  const { generationsKey, guardKey, projectionKey } = connection.keys;
  const { names, args } = encodeCommands(events, ({ keepSeconds }, name) =>
    expireAt ? expireAt.get(name) : keepSeconds,
  );
  const keys = live.flatMap((generation) => [
    ...events.map(({ eventKey }) => guardKey(tenant, projection, generation, eventKey)),
    ...names.map((name) => projectionKey(tenant, projection, generation, name)),
  ]);
  const expire = expireAt ? 'PEXPIREAT' : 'EXPIRE';
  const head = [stored, GUARD_MS, expire, live.length, events.length, names.length];
  const reply = await connection.run(apply, [generationsKey(tenant, projection), ...keys], [...head, ...args]);
  return Array.isArray(reply) ? { refused: faultsOf(reply) } : { stored: String(reply) };
}

/** @param pairs of a place and a fault */
const faultsOf = (pairs: readonly Reply[]): Map<number, string> =>
  new Map(
    Array.from({ length: pairs.length / 2 }, (_, index) => [Number(pairs[2 * index]), String(pairs[2 * index + 1])]),
  );
