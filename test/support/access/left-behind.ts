import { Redis } from 'ioredis';
import type { Db } from 'mongodb';
import { readApiKey } from '../../../lib/core/access/api-key.ts';

/** Keys in a text, whosever they are; what only looks like one, as those of documents do, has another checksum. */
export const keysIn = (text: string): string[] =>
  (text.match(/slc_[a-z0-9]{1,20}_[0-9A-Za-z]{49}/g) ?? []).filter((found) => readApiKey(found) !== undefined);

/** All that a database holds, as text. */
export async function dumpOfMongo(db: Db): Promise<string> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const all = await Promise.all(
    collections.map(async ({ name }) => [name, await db.collection(name).find().toArray()]),
  );
  return JSON.stringify(all);
}

/** All names and values of a Redis, as text. */
export async function dumpOfRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const parts: unknown[] = [];
    for await (const keys of redis.scanStream({ count: 1000 }) as AsyncIterable<string[]>)
      for (const key of keys) parts.push([key, await contentOf(redis, key)]);
    return JSON.stringify(parts);
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, -1);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'none':
      return null;
    default:
      throw new Error(`nobody reads a ${type} of Redis here`);
  }
}
