import { randomBytes } from 'node:crypto';
import type { Waiter } from '../../core/access/identity.ts';
import { messageOf } from '../../core/errors.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';

/** Sorted sets of places by the time at which each frees itself, in ms of Redis's clock: a place in each of them, or none. */
const take = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for index, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
  if redis.call('ZCARD', key) >= tonumber(ARGV[2 + index]) then return 0 end
end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
  if redis.call('PTTL', key) < tonumber(ARGV[2]) then redis.call('PEXPIRE', key, ARGV[2]) end
end
return 1
`);

/** Of its tenant's places. */
const SHARE_OF_A_KEY = 0.5;

const keysOf = (sets: readonly { key: string }[]): string[] => sets.map(({ key }) => key);

/**
 * Takes a place of the key's, one of the tenant's and one of all, so that waiting cannot eat the account's concurrency, nor one
 * client all places of its tenant (protocol: places-to-wait).
 * @param ms after which the place frees itself
 * @returns null when there is no place
 */
export async function takeSlot(
  connection: RedisConnection,
  limits: { perTenant: number; inAll: number },
  { tenant, key, places = limits.perTenant }: Waiter,
  ms: number,
): Promise<{ release(): Promise<void> } | null> {
  const { allSlotsKey, keySlotsKey, tenantSlotsKey } = connection.keys;
  const place = randomBytes(16).toString('base64url');
  const free = (keys: readonly string[]) => Promise.all(keys.map((key) => connection.command('ZREM', [key], [place])));
  const own = [
    { key: tenantSlotsKey(tenant), limit: places },
    ...(key === undefined ? [] : [{ key: keySlotsKey(tenant, key), limit: Math.ceil(places * SHARE_OF_A_KEY) }]),
  ];
  const wanted = [own, [{ key: allSlotsKey, limit: limits.inAll }]];
  // A tenant's and those of all are two slots of a cluster: both are asked at once, and what was got in vain is given back.
  const replies = await Promise.all(
    wanted.map((sets) => {
      const most = sets.map(({ limit }) => limit);
      return connection.run(take, keysOf(sets), [place, ms, ...most]);
    }),
  );
  const taken = wanted.filter((_, index) => replies[index] === 1).flatMap(keysOf);
  if (replies.some((reply) => reply !== 1)) {
    await free(taken);
    return null;
  }
  return {
    async release() {
      try {
        await free(taken);
      } catch (fault) {
        connection.log.warn('a place for waiting was not given back; it frees itself', { error: messageOf(fault) });
      }
    },
  };
}
