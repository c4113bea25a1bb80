import type { Rate, RateVerdict } from '../../ports/claims.ts';
import { type RedisConnection, script } from './client.ts';
import { unavailable } from './link.ts';

/**
 * The generic cell rate algorithm (ITU-T I.371): one number, the time at which the bucket will be full again, counted here in
 * microseconds and a rest in quota-ths of one, so that nothing is lost to rounding. Redis's own clock, because callers' clocks differ.
 * Grants as many of the tokens asked for as there are (protocol: rate-limit).
 */
const take = script(`
local quota, window, asked = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full, rest = now, 0
local stored = redis.call('GET', KEYS[1])
if stored then
  local storedFull, storedRest = string.match(stored, '^(%d+) (%d+)$')
  if tonumber(storedFull) >= now then full, rest = tonumber(storedFull), tonumber(storedRest) end
end
local function room() return math.max(0, math.floor(((now + window - full) * quota - rest) / window)) end
local granted = math.min(asked, room())
if granted > 0 then
  local parts = rest + granted * window
  full = full + math.floor(parts / quota)
  rest = parts % quota
  local ttl = math.max(1, math.ceil((full + 1 - now) / 1000))
  redis.call('SET', KEYS[1], string.format('%.0f %.0f', full, rest), 'PX', string.format('%.0f', ttl))
end
local refused = math.min(quota, asked - granted)
local wait = 0
if refused > 0 then wait = math.max(1, full + math.ceil((rest + refused * window) / quota) - window - now) end
return { granted, room(), string.format('%.0f', wait), string.format('%.0f', full - now) }
`);

/** The same number, moved back by as many tokens; a bucket that is full has no key. */
const giveBack = script(`
local quota, window, tokens = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local storedFull, storedRest = string.match(stored, '^(%d+) (%d+)$')
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local parts = tonumber(storedRest) - tokens * window
local full, rest = tonumber(storedFull) + math.floor(parts / quota), parts % quota
if full < now then return redis.call('DEL', KEYS[1]) end
local ttl = math.max(1, math.ceil((full + 1 - now) / 1000))
redis.call('SET', KEYS[1], string.format('%.0f %.0f', full, rest), 'PX', string.format('%.0f', ttl))
return 1
`);

/**
 * Gives tokens back that nothing used (protocol: rate-limit). Repeated over a broken connection it may give twice what one
 * request was granted, and never more than a full bucket.
 */
export async function giveBackTokens(connection: RedisConnection, rate: Rate & { tokens: number }): Promise<void> {
  const args = [rate.quota, rate.windowSeconds * 1_000_000, rate.tokens];
  await connection.run(giveBack, [connection.keys.rateKey(rate.tenant)], args);
}

/** @returns the verdict; `retryAfter` and `reset` in whole seconds, rounded up */
export async function takeTokens(connection: RedisConnection, rate: Rate & { tokens: number }): Promise<RateVerdict> {
  const args = [rate.quota, rate.windowSeconds * 1_000_000, rate.tokens];
  const reply = await connection.run(take, [connection.keys.rateKey(rate.tenant)], args);
  const [granted, remaining, wait, reset] = Array.isArray(reply) ? reply.map(Number) : [];
  if (granted === undefined || remaining === undefined || wait === undefined || reset === undefined)
    throw unavailable('the rate limit answered otherwise than it was written');
  return { granted, remaining, retryAfter: seconds(wait), reset: seconds(reset) };
}

const seconds = (microseconds: number): number => Math.ceil(microseconds / 1_000_000);
