import { connectRedis } from '../../lib/adapters/redis/client.ts';
import { redisRates } from '../../lib/adapters/redis/rate-limit.ts';
import type { Identity } from '../../lib/core/access/identity.ts';
import { createLimits } from '../../lib/limits/charge.ts';
import { localSpace } from './local-space.ts';
import { silentLog } from './log.ts';

/** A process that asks as fast as it can, and says how many requests and events were let through. */
const [url = '', tenant = '', seconds = '1'] = process.argv.slice(2);
const redis = connectRedis({ url, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
const none = { take: () => Promise.reject(new Error('Redis was silent')), giveBack: async () => undefined };
const others = { log: silentLog, rateLimit: undefined, environments: 10 };
const limits = createLimits({ rates: redisRates(redis), inMemory: none, ...others });
const key = { id: `key-${process.pid}`, name: 'k' };
const caller: Identity = { tenant, key, scopes: [], rate: { events: 40 }, tenantRate: { requests: 50, events: 100 } };

// The connection is there before the time is taken.
await redis.command('TIME', []);
const from = Date.now();
const admitted = { requests: 0, events: 0, from, to: from };
for (const end = from + Number(seconds) * 1000; Date.now() < end; admitted.to = Date.now()) {
  const allowance = await limits.chargeOf(caller, 0).take(3);
  if ('refused' in allowance) continue;
  admitted.requests++;
  admitted.events += allowance.events;
}
await redis.close();
process.stdout.write(JSON.stringify(admitted));
