import { nameOf, type Policy } from '../../core/access/policies.ts';
import type { Bucket, Payer, Rates } from '../../ports/rates.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';
import { unavailable } from './link.ts';

/**
 * The generic cell rate algorithm (ITU-T I.371): of each bucket one number, the time at which it will be full again, counted here in
 * microseconds and a rest in quota-ths of one, so that nothing is lost to rounding (of a quota over 900 million in ten
 * seconds less than a millionth of a token). Redis's own clock, because callers' clocks differ. What was stored under another
 * quota or window keeps nobody out for longer than its window.
 * ARGV: how many events are asked for, then of each bucket quota, window and what is asked, where -1 is the events: of these it
 * grants as many as there are, of all else everything or nothing (protocol: rate-limit).
 */
const take = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local events, passed, buckets = tonumber(ARGV[1]), true, {}
local granted = events
local function room(one) return math.max(0, math.floor(((now + one.window - one.full) * one.quota - one.rest) / one.window)) end
for index, key in ipairs(KEYS) do
  local at = index * 3 - 1
  local one = { quota = tonumber(ARGV[at]), window = tonumber(ARGV[at + 1]), asked = tonumber(ARGV[at + 2]), full = now, rest = 0 }
  local stored = redis.call('GET', key)
  if stored then
    local full, rest = string.match(stored, '^(%d+) (%d+)$')
    if tonumber(full) >= now then one.full, one.rest = tonumber(full), math.min(tonumber(rest), one.quota - 1) end
    if one.full >= now + one.window then one.full, one.rest = now + one.window, 0 end
  end
  if one.asked < 0 then granted = math.min(granted, room(one)) elseif room(one) < one.asked then passed = false end
  buckets[index] = one
end
if not passed then granted = 0 end
local answer = { passed and 1 or 0, granted }
for index, one in ipairs(buckets) do
  local taken, lacking = 0, 0
  if passed then
    if one.asked < 0 then taken, lacking = granted, events - granted else taken = one.asked end
  elseif one.asked >= 0 then lacking = one.asked end
  if taken > 0 then
    local parts = one.rest + taken * one.window
    one.full = one.full + math.floor(parts / one.quota)
    one.rest = parts % one.quota
    local ttl = math.max(1, math.ceil((one.full + 1 - now) / 1000))
    redis.call('SET', KEYS[index], string.format('%.0f %.0f', one.full, one.rest), 'PX', string.format('%.0f', ttl))
  end
  lacking = math.min(one.quota, lacking)
  local wait = 0
  if lacking > room(one) then
    wait = math.max(1, one.full + math.ceil((one.rest + lacking * one.window) / one.quota) - one.window - now)
  end
  for _, number in ipairs({ room(one), one.full - now, wait }) do answer[#answer + 1] = string.format('%.0f', number) end
end
return answer
`);

/** The same numbers, moved back by as many tokens; a bucket that is full has no key. ARGV: of each quota, window, tokens. */
const giveBack = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
for index, key in ipairs(KEYS) do
  local at = index * 3 - 2
  local quota, window, tokens = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local stored = redis.call('GET', key)
  if stored then
    local storedFull, storedRest = string.match(stored, '^(%d+) (%d+)$')
    local parts = tonumber(storedRest) - tokens * window
    local full, rest = tonumber(storedFull) + math.floor(parts / quota), parts % quota
    if full < now then
      redis.call('DEL', key)
    else
      local ttl = math.max(1, math.ceil((full + 1 - now) / 1000))
      redis.call('SET', key, string.format('%.0f %.0f', full, rest), 'PX', string.format('%.0f', ttl))
    end
  end
end
return 1
`);

/**
 * Rates in Redis: one script for all buckets of a caller, which lie under its tenant's hash tag (protocol: rate-limit). Repeated over a
 * broken connection a request may be charged, or given back, twice; a bucket never holds more than its quota.
 */
export function redisRates(connection: RedisConnection): Rates {
  const keyOf = ({ tenant, key }: Payer, policy: Policy): string =>
    connection.keys.rateKey(tenant, policy.whose === 'key' ? `${nameOf(policy)}.${key}` : nameOf(policy));
  return {
    async take(payer, cost) {
      const keys = payer.policies.map((policy) => keyOf(payer, policy));
      const args = payer.policies.flatMap((policy) => [
        ...sizeOf(policy),
        policy.of === 'events' ? -1 : cost[policy.of],
      ]);
      const [passed, events, ...numbers] = numbersIn(await connection.run(take, keys, [cost.events, ...args]));
      const buckets = payer.policies.map((_, index) => bucketOf(numbers.slice(index * 3, index * 3 + 3)));
      if (passed === undefined || events === undefined) throw strange();
      return { passed: passed === 1, events, buckets };
    },

    async giveBack(payer, cost) {
      const policies = payer.policies.filter(({ of }) => cost[of] > 0);
      const keys = policies.map((policy) => keyOf(payer, policy));
      await connection.run(
        giveBack,
        keys,
        policies.flatMap((policy) => [...sizeOf(policy), cost[policy.of]]),
      );
    },
  };
}

const sizeOf = ({ quota, windowSeconds }: Policy): [number, number] => [quota, windowSeconds * 1_000_000];

const numbersIn = (reply: unknown): number[] => (Array.isArray(reply) ? reply.map(Number) : []);

/** Seconds are whole, and rounded up. */
function bucketOf([left, full, wait]: readonly number[]): Bucket {
  if (left === undefined || full === undefined || wait === undefined) throw strange();
  return { left, reset: Math.ceil(full / 1_000_000), wait: Math.ceil(wait / 1_000_000) };
}

const strange = () => unavailable('the rate limit answered otherwise than it was written');
