import { kindNames, kindOf } from '../../sdk/projection.ts';
import type { KindCommands } from '../../sdk/projection-kind-entry.ts';
import { script } from './client.ts';

/** Lua's unpack has room for some 8,000 values. */
const MOST_MEMBERS = 1000;

/** A sum is a whole number of 64 bits; Lua counts in doubles, and rounds far below what is left to that. */
const GREATEST_SUM = '9e18';
/** Beyond it a double no longer has every whole number: what is added up before it is written keeps below. */
const EXACT = String(Number.MAX_SAFE_INTEGER);

const kinds: readonly KindCommands[] = kindNames.map(kindOf);
const conditions = kinds.flatMap(({ command, holds: { condition } }) => (condition ? [{ command, condition }] : []));
const sums = kinds.flatMap(({ command, sum }) => (sum ? [{ command, sum }] : []));
const luaTable = (entries: readonly string[]): string => `{ ${entries.join(', ')} }`;

/** `misfit(command, key)`: why a command cannot run on what the key holds, or nil; and what it holds. A part of scripts. */
export const misfit = `
local types = ${luaTable(kinds.map(({ command, holds }) => `${command} = '${holds.type}'`))}
local function misfit(name, key)
  local found = redis.call('TYPE', key).ok
  if found == 'none' then return nil, found end
  local fits = found == types[name]
${conditions.map(({ command, condition }) => `  if fits and name == '${command}' then fits = ${condition} end`).join('\n')}
  if not fits then return 'WRONGTYPE ' .. name .. ' on a key that holds another kind (' .. found .. ')', found end
  return nil, found
end
`;

/**
 * KEYS: the generations, then for each live one the guards of all events and the data keys.
 * ARGV: generations believed in, guard ms, EXPIRE or PEXPIREAT, live generations, events, data keys in each; per data key what follows that
 * command or ''; per event how many commands it has, and per command its name, the place of its key, how many arguments follow, and these.
 * Each event has its own guard in each generation, and by that alone it is decided whether its commands are run there
 * (protocol: projection-after-commit). What keys hold, and would hold, is looked at before anything of an event is written, because a script
 * that fails keeps what it did (protocol: refused-for-good); an event that does not fit is left alone there, and all others are written all
 * the same. Commands of events that were guarded just now are added up, and each structure is written once.
 */
export const applyScript = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
local count, each = tonumber(ARGV[5]), tonumber(ARGV[6])
local by = ${luaTable(kinds.flatMap(({ command, adds }) => (adds ? [`${command} = '${adds}'`] : [])))}
local manyMembers = ${luaTable(kinds.flatMap(({ command, members }) => (members ? [`${command} = true`] : [])))}
${misfit}
local events, at = {}, 7 + each
for index = 1, count do
  local own = {}
  for command = 1, tonumber(ARGV[at]) do
    local arguments = tonumber(ARGV[at + 3])
    own[command] = { name = ARGV[at + 1], place = tonumber(ARGV[at + 2]), from = at + 4, to = at + 3 + arguments }
    at = at + 3 + arguments
  end
  events[index], at = own, at + 1
end

local refused, refusals = {}, {}
for generation = 0, tonumber(ARGV[4]) - 1 do
  local guards = 1 + generation * (count + each)
  local data = guards + count
  -- What a key is, or becomes by what was guarded: looked at once for each key, and not for each event.
  local held, unfit, totals = {}, {}, {}
  local function fault(event)
    local becomes, sums = {}, {}
    for _, one in ipairs(event) do
      local name, place, from, to = one.name, one.place, one.from, one.to
      local key, look = KEYS[data + place], one.name .. ' ' .. one.place
      local is = held[place] or becomes[place]
      if is and is ~= name then return 'WRONGTYPE ' .. name .. ' on a key that becomes another kind' end
      if unfit[look] then return unfit[look] end
      if not is then
        local wrong, found = misfit(name, key)
        if wrong then
          unfit[look] = wrong
          return wrong
        end
        if found == 'none' then becomes[place] = name else held[place] = name end
      end
      local standing
${sums.map(({ command, sum }) => `      if name == '${command}' then standing = ${sum} or '0' end`).join('\n')}
      if standing then
        local sum = place .. ' ' .. table.concat(ARGV, ' ', from, to - 1)
        local total = (sums[sum] or totals[sum] or tonumber(standing)) + tonumber(ARGV[to])
        sums[sum] = total
        if math.abs(total) > ${GREATEST_SUM} then return 'OVERFLOW ' .. name .. ' to more than ${GREATEST_SUM}' end
      end
    end
    for place, name in pairs(becomes) do held[place] = name end
    for sum, total in pairs(sums) do totals[sum] = total end
  end

  local touched, merged, order = {}, {}, {}
  local function written(one)
    local amount = one.total and string.format('%.0f', one.total)
    if one.members then
      for first = 1, #one.members, ${MOST_MEMBERS} do
        redis.call(one.name, one.key, unpack(one.members, first, math.min(first + ${MOST_MEMBERS - 1}, #one.members)))
      end
    elseif not one.other then redis.call(one.name, one.key, amount)
    elseif by[one.name] == 'first' then redis.call(one.name, one.key, amount, one.other)
    else redis.call(one.name, one.key, one.other, amount) end
  end
  local function merge(one)
    local name, key = one.name, KEYS[data + one.place]
    touched[one.place] = true
    if not by[name] and not manyMembers[name] then return redis.call(name, key, unpack(ARGV, one.from, one.to)) end
    local other
    if by[name] and one.to > one.from then other = ARGV[by[name] == 'first' and one.to or one.from] end
    local sum = name .. ' ' .. one.place .. ' ' .. (other or '')
    local all = merged[sum]
    if not all then
      all = { name = name, key = key, other = other, total = by[name] and 0, members = manyMembers[name] and {} }
      merged[sum], order[#order + 1] = all, all
    end
    if all.members then
      for place = one.from, one.to do all.members[#all.members + 1] = ARGV[place] end
    else
      local more = tonumber(ARGV[by[name] == 'first' and one.from or one.to])
      if math.abs(all.total + more) > ${EXACT} then
        written(all)
        all.total = 0
      end
      all.total = all.total + more
    end
  end

  for index, event in ipairs(events) do
    local guard = KEYS[guards + index]
    if redis.call('EXISTS', guard) == 0 then
      local wrong = fault(event)
      if wrong then
        if not refused[index] then refusals[#refusals + 1] = { index, wrong } end
        refused[index] = true
      else
        redis.call('SET', guard, '1', 'PX', ARGV[2])
        for _, one in ipairs(event) do merge(one) end
      end
    end
  end
  for _, one in ipairs(order) do written(one) end
  for place in pairs(touched) do
    local key, when = KEYS[data + place], ARGV[6 + place]
    -- A change that was made long ago never shortens what a later one gave.
    if when ~= '' then
      if ARGV[3] == 'PEXPIREAT' and redis.call('PTTL', key) >= 0 then redis.call('PEXPIREAT', key, when, 'GT')
      else redis.call(ARGV[3], key, when) end
    end
  end
end
if #refusals > 0 then return refusals end
return 1
`);
