import type { Db } from 'mongodb';
import { connectRedis } from '../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../lib/adapters/redis/projections.ts';
import { localSpace } from '../../../test/support/local-space.ts';
import { silentLog } from '../../../test/support/log.ts';

/** How often each event took effect, by id. */
export async function effectsInMongo(db: Db): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { event } of db.collection('effects').find({}, { projection: { event: 1 } }))
    counts.set(event, (counts.get(event) ?? 0) + 1);
  return counts;
}

/** How often each event was counted in the projection, by id. */
export async function effectsInRedis(redisUrl: string): Promise<Map<string, number>> {
  const connection = connectRedis({ url: redisUrl, cluster: false, space: localSpace, timeoutMs: 10_000 }, silentLog);
  try {
    const counts = await redisProjections(connection).read('local', 'counted', 'hash', ['by-event']);
    return new Map(Object.entries(counts));
  } finally {
    await connection.close();
  }
}
