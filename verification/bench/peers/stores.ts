import { Redis } from 'ioredis';
import { type Db, MongoClient } from 'mongodb';
import { z } from 'zod';
import { TENANT } from '../harness/tenant.ts';

/** Where peers keep what they make: in the collections and indexes that Sluice's types declare. */
export interface Stores {
  db: Db;
  redis: Redis;
}

export async function openStores({
  mongoUri,
  database,
  redisUrl,
}: {
  mongoUri: string;
  database: string;
  redisUrl: string;
}): Promise<Stores> {
  const client = await new MongoClient(mongoUri).connect();
  return { db: client.db(database), redis: new Redis(redisUrl) };
}

/** What is around the data of an event. */
export const envelope = z.object({ type: z.string(), id: z.string(), time: z.string() });
export type Envelope = z.output<typeof envelope>;

export interface PeerEvent<Data = unknown> extends Envelope {
  data: Data;
}

/** Documents of the one tenant that peers know. */
export const owned = <Document extends object>(document: Document): Document & { tenant: string } => ({
  tenant: TENANT,
  ...document,
});
