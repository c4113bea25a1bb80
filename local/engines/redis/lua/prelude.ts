/**
 * Makes the only globals that a script sees, as the server does: unknown ones raise, known ones and the libraries cannot be changed but can be
 * walked through. Of what the server has, bit, cjson, cmsgpack, coroutine, struct and string.dump are names alone: using one raises.
 * https://redis.io/docs/latest/develop/programmability/lua-api/#sandbox-context-and-execution-model
 * @returns globals, the table to put KEYS and ARGV in, and the handler that notes where an error was raised
 */
export const prelude = `
local redis, wide, chance, guarded, debug, string, table, math = ...
local base = _G
local error, type, tostring = error, type, tostring
local setmetatable = setmetatable
local READONLY = 'Attempt to modify a readonly table'

-- What a frozen table holds, the name of one that is left out, and what scripts see as the metatable of either.
local inside, left, shown = {}, {}, {}

local function closed(read)
  return setmetatable({}, {
    __index = read,
    __newindex = function() error(READONLY, 2) end,
    __metatable = false,
  })
end
local function frozen(contents)
  local table = closed(contents)
  inside[table] = contents
  return table
end
local function leftout(name)
  local table = closed(function(_, key)
    error('the embedded engine does not know ' .. name .. '.' .. tostring(key), 2)
  end)
  left[table] = name
  return table
end
local function nonexistent(_, name)
  error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
end

local function widen(library, ...)
  for _, name in ipairs({ ... }) do library[name] = wide(name, library[name]) end
end
widen(string, 'sub', 'byte', 'find', 'match', 'gsub', 'rep', 'char', 'format')
widen(table, 'concat', 'remove')
widen(math, 'ldexp')
widen(base, 'unpack', 'select', 'tonumber')

local visible = {}
local globals = frozen(visible)
local names = { 'assert', 'collectgarbage', 'error', 'gcinfo', 'ipairs', 'rawequal', 'select', 'tonumber', 'tostring', 'type',
  'unpack', 'xpcall', '_VERSION' }
for _, name in ipairs(names) do visible[name] = base[name] end
for _, name in ipairs({ 'getmetatable', 'load', 'loadstring', 'next', 'pairs', 'pcall', 'rawget', 'rawset', 'setmetatable' }) do
  visible[name] = guarded[name]
end
for _, name in ipairs({ 'bit', 'cjson', 'cmsgpack', 'coroutine', 'struct' }) do visible[name] = leftout(name) end
visible._G = globals
shown[globals] = frozen({ __index = nonexistent })
setmetatable(visible, { __index = nonexistent })

local insert, foreach = table.insert, table.foreach
table.insert, table.foreach = guarded.insert, guarded.foreach
math.random, math.randomseed = chance.random, chance.randomseed
function string.dump() error('the embedded engine does not know string.dump', 2) end
visible.redis = frozen(redis)
visible.string, visible.table, visible.math = frozen(string), frozen(table), frozen(math)
guarded.know(inside, left, shown, frozen({ __index = visible.string }), guarded.next, next, insert, foreach)

function visible.__redis__err__handler(fault)
  local level = 2
  local where = debug.getinfo(level, 'nSl')
  while where and (where.what == 'C' or where.source == '=prelude') do
    level = level + 1
    where = debug.getinfo(level, 'nSl')
  end
  if type(fault) ~= 'table' then fault = { err = 'ERR ' .. tostring(fault) } end
  if where then
    fault.source = where.source
    fault.line = tostring(where.currentline)
  end
  return fault
end
return globals, visible, visible.__redis__err__handler
`;
