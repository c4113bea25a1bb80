import { isWaitReason, type Next } from '../../core/next.ts';
import type { Wait } from '../../ports/results.ts';
import type { RedisConnection } from './client.ts';

/** It may come back a little late; after that nobody knows why it waits. */
const AFTER_MS = 60_000;

/** Notes beside its claim why an event comes back, and when (protocol: says-why-it-waits). */
export async function noteWaits(connection: RedisConnection, waits: readonly Wait[]): Promise<void> {
  const { waitKey } = connection.keys;
  await Promise.all(
    waits.map(({ key, seconds, why, at }) =>
      connection.command('SET', [waitKey(key)], [`${why} ${at}`, 'PX', seconds * 1000 + AFTER_MS]),
    ),
  );
}

/** What newer code says in other words is nothing that this code could tell. */
export async function readWait(connection: RedisConnection, key: string): Promise<Next | null> {
  const [why, at] = String(await connection.command('GET', [connection.keys.waitKey(key)])).split(' ');
  return isWaitReason(why) && at !== undefined ? { why, at } : null;
}
