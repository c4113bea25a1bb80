import { type Collection, type Db, MongoClient } from 'mongodb';
import type { EventRecord, FailureRecord, Ping } from '../../ports.ts';

export interface MongoConnection {
  readonly client: MongoClient;
  readonly db: Db;
  readonly events: Collection<EventRecord>;
  readonly failures: Collection<FailureRecord>;
  /** Budget of one operation in ms. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}

/** Events run at once in one execution environment, and the connections that they and their record keeping need. */
export const RUNS_AT_ONCE = 5;
const POOL_SIZE = RUNS_AT_ONCE + 2;

/**
 * A client that connects at its first operation. Every wait is bounded by the budget: the driver's own bounds are 30 s to never.
 * Concerns are explicit, because the driver sets none.
 * https://www.mongodb.com/docs/manual/reference/write-concern/
 */
export function connectMongo(config: { uri: string; database: string; timeoutMs: number }): MongoConnection {
  const client = new MongoClient(config.uri, {
    appName: 'sluice',
    timeoutMS: config.timeoutMs,
    serverSelectionTimeoutMS: config.timeoutMs,
    connectTimeoutMS: config.timeoutMs,
    maxPoolSize: POOL_SIZE,
    maxIdleTimeMS: 60_000,
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    retryReads: true,
    retryWrites: true,
    ignoreUndefined: true,
  });
  const db = client.db(config.database);
  return {
    client,
    db,
    events: db.collection<EventRecord>('events'),
    failures: db.collection<FailureRecord>('failures'),
    timeoutMs: config.timeoutMs,
    close: () => client.close(),
  };
}

/** @returns whether MongoDB answers a ping within the budget */
export const mongoPing =
  (connection: MongoConnection): Ping =>
  async () => {
    try {
      await connection.db.command({ ping: 1 });
      return true;
    } catch {
      return false;
    }
  };
