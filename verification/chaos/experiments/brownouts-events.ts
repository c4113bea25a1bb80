import { setTimeout as wait } from 'node:timers/promises';
import { redisClaims } from '../../../lib/adapters/redis/claims.ts';
import { connectRedis } from '../../../lib/adapters/redis/client.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import { localSpace } from '../../../test/support/local-space.ts';
import { silentLog } from '../../../test/support/log.ts';
import type { ChaosStack } from '../harness/stack.ts';
import { counted, pendingId, post, settledId } from './brownouts-requests.ts';

/** The events that reads ask for. */
export async function prepareEvents({ caller, engines, db }: ChaosStack): Promise<void> {
  // On a cold machine its claim may not be confirmed at once: until it is known nothing can be said of it.
  for (const end = performance.now() + 20_000; ; await wait(100)) {
    const answer = await post(caller, counted(settledId));
    const { duplicate } = (await answer.json()) as { duplicate?: boolean };
    if (duplicate && (await db.collection('effects').countDocuments({ event: settledId })) > 0) break;
    if (performance.now() > end) throw new Error('the first event did not settle');
  }
  const redis = connectRedis(
    { url: engines.redisUrl, cluster: false, space: localSpace, timeoutMs: 10_000 },
    silentLog,
  );
  try {
    const now = new Date().toISOString();
    const claim = {
      ...{ owner: 'A'.repeat(22), confirmed: true, fingerprint: 'none' },
      ...{ type: 'chaos.counted', time: now, recordedtime: now },
    };
    const key = eventKey('local', '/tenants/local', pendingId);
    await redisClaims(redis, { claimTtlMs: 5000, deduplicationMs: 86_400_000 }).confirm([{ key, claim }]);
  } finally {
    await redis.close();
  }
}
