import { randomBytes } from 'node:crypto';
import { messageOf } from '../../core/errors.ts';
import { type RedisConnection, script } from './client.ts';

/** A sorted set of places by the time at which each frees itself, in ms of Redis's clock. */
const take = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
`);

/**
 * Takes a place of the tenant's and one of all, so that waiting cannot eat the account's concurrency
 * (protocol: places-to-wait).
 * @param ms after which the place frees itself
 * @returns null when there is no place
 */
export async function takeSlot(
  connection: RedisConnection,
  limits: { perTenant: number; inAll: number },
  tenant: string,
  ms: number,
): Promise<{ release(): Promise<void> } | null> {
  const { allSlotsKey, tenantSlotsKey } = connection.keys;
  const place = randomBytes(16).toString('base64url');
  const free = (keys: readonly string[]) => Promise.all(keys.map((key) => connection.command('ZREM', [key], [place])));
  const wanted = [
    { key: tenantSlotsKey(tenant), limit: limits.perTenant },
    { key: allSlotsKey, limit: limits.inAll },
  ];
  // Two keys are two slots of a cluster: both are asked at once, and one that was got in vain is given back.
  const replies = await Promise.all(wanted.map(({ key, limit }) => connection.run(take, [key], [place, ms, limit])));
  const taken = wanted.filter((_, index) => replies[index] === 1).map(({ key }) => key);
  if (taken.length < wanted.length) {
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
