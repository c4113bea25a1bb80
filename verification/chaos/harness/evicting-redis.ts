import type { Redis } from 'ioredis';

/** https://redis.io/docs/latest/develop/reference/eviction/ */
export type Policy = 'noeviction' | 'allkeys-lru' | 'volatile-lru' | 'volatile-ttl';

/** What docs/deploy.md asks for. */
export const STEADY: Policy = 'noeviction';
/** What others do when they are full; the second is that of ElastiCache Serverless at the limit that it was given. */
export const EVICTING: readonly Policy[] = ['allkeys-lru', 'volatile-lru', 'volatile-ttl'];

/** Room beyond what is there now: less than a run fills. */
const ROOM_BYTES = 400_000;

/** From now on the server is full after a while, and does this then; under `noeviction` it has all the room there is. */
export async function limitMemory(redis: Redis, policy: Policy): Promise<void> {
  await redis.config('SET', 'maxmemory-policy', policy);
  await redis.config('SET', 'maxmemory', policy === 'noeviction' ? 0 : (await usedBytes(redis)) + ROOM_BYTES);
}

export const usedBytes = async (redis: Redis): Promise<number> => numberIn(await redis.info('memory'), 'used_memory');

export const evictedKeys = async (redis: Redis): Promise<number> => numberIn(await redis.info('stats'), 'evicted_keys');

function numberIn(info: string, name: string): number {
  const [, digits] = new RegExp(`^${name}:(\\d+)`, 'm').exec(info) ?? [];
  if (digits === undefined) throw new Error(`the server says nothing of its ${name}`);
  return Number(digits);
}
