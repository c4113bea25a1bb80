/**
 * Makes the only globals that a script sees, as the server does: unknown ones raise, known ones and the libraries cannot be
 * changed. Of what the server has, bit, cjson, cmsgpack, coroutine and struct are not there: a script that asks for one gets the error
 * for an unknown global. https://redis.io/docs/latest/develop/programmability/lua-api/#sandbox-context-and-execution-model
 * @returns globals, the table to put KEYS and ARGV in, and the handler that notes where an error was raised
 */
export const prelude = `
local redis, wide, debug, string, table, math = ...
local base = _G
local rawpcall, rawsetter = pcall, rawset

local function frozen(contents)
  return setmetatable({}, {
    __index = contents,
    __newindex = function() error('Attempt to modify a readonly table', 2) end,
    __metatable = false,
  })
end

local function widen(library, ...)
  for _, name in ipairs({ ... }) do library[name] = wide(name, library[name]) end
end
widen(string, 'sub', 'byte', 'find', 'match', 'rep', 'char', 'format')
widen(table, 'concat', 'remove')
widen(math, 'ldexp')
widen(base, 'unpack', 'select', 'tonumber')

local visible = {}
local globals = frozen(visible)
local names = { 'assert', 'collectgarbage', 'error', 'gcinfo', 'getmetatable', 'ipairs', 'load', 'loadstring', 'next',
  'pairs', 'rawequal', 'rawget', 'select', 'setmetatable', 'tonumber', 'tostring', 'type', 'unpack', 'xpcall', '_VERSION' }
for _, name in ipairs(names) do visible[name] = base[name] end
visible._G = globals
visible.redis = frozen(redis)
visible.string, visible.table, visible.math = frozen(string), frozen(table), frozen(math)

function visible.rawset(target, key, value)
  if target == globals then error('Attempt to modify a readonly table', 0) end
  return rawsetter(target, key, value)
end

-- An error that a command raised is caught as its text.
local function caught(fine, first, ...)
  if not fine and type(first) == 'table' and type(first.err) == 'string' then return false, first.err end
  return fine, first, ...
end
function visible.pcall(...) return caught(rawpcall(...)) end

setmetatable(visible, {
  __index = function(_, name)
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end,
})
getmetatable('').__metatable = false

local function handler(fault)
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
return globals, visible, handler
`;
