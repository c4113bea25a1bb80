import { type Collection, type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { MONGODB_POOL } from '../../core/connections.ts';
import type { Renew } from '../../core/renew.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { Ping } from '../../ports/ping.ts';
import type { EventRecord } from '../../ports/records.ts';
import { withinBudget } from './budget.ts';
import { forgetTopology, renewCredentials, topologyOf } from './renew-credentials.ts';

export interface MongoConnection {
  readonly client: MongoClient;
  readonly db: Db;
  readonly events: Collection<EventRecord>;
  readonly failures: Collection<FailureRecord>;
  /** A collection by its name: one of a handler, made once, because the driver settles all its options anew for each. */
  collection(name: string): Collection;
  /** Budget of one operation in ms. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}

/** MongoDB ends a transaction at 60 s; a socket that is silent for so long has nobody at its other end. */
const SILENCE_MS = 60_000;

/**
 * A client that connects at its first operation, or at the next one when that failed. Its own waits are bounded by the budget (the driver's bounds are 30 s to never);
 * those for an answer are by withinBudget(), because the driver's `timeoutMS` has no effect any more. Concerns are explicit, because the driver sets none.
 * https://www.mongodb.com/docs/manual/reference/write-concern/
 */
export function connectMongo(config: {
  uri: string;
  database: string;
  timeoutMs: number;
  /** After which a silent socket is given up; 0 never. */
  silenceMs?: number;
  /** Reads the address again when its credentials were refused. */
  renew?: Renew | undefined;
}): MongoConnection {
  const options: MongoClientOptions = {
    appName: 'sluice',
    serverSelectionTimeoutMS: config.timeoutMs,
    connectTimeoutMS: config.timeoutMs,
    waitQueueTimeoutMS: config.timeoutMs,
    socketTimeoutMS: config.silenceMs ?? SILENCE_MS,
    // Who waits for hours for an answer waits for a connection too.
    ...(config.silenceMs === 0 && { waitQueueTimeoutMS: 0 }),
    maxPoolSize: MONGODB_POOL,
    maxIdleTimeMS: 60_000,
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    retryReads: true,
    retryWrites: true,
    ignoreUndefined: true,
  };
  const client = new MongoClient(config.uri, options);
  // The driver closes the topology of a first connection that failed, and keeps it: a function that began in an outage would never see
  // its end. Without it the next operation connects anew.
  client.on('topologyClosed', () => {
    if (topologyOf(client)?.isDestroyed()) forgetTopology(client);
  });
  if (config.renew) renewCredentials(client, config.uri, options, config.renew);
  const db = client.db(config.database);
  const collections = new Map<string, Collection>();
  return {
    client,
    db,
    events: db.collection<EventRecord>('events'),
    failures: db.collection<FailureRecord>('failures'),
    collection: (name) => {
      const made = collections.get(name) ?? db.collection(name);
      collections.set(name, made);
      return made;
    },
    timeoutMs: config.timeoutMs,
    close: () => client.close(),
  };
}

/**
 * Whether MongoDB can be written to: a linearizable read goes round a majority, as every write of Sluice does. A primary that has
 * lost its majority answers a mere `ping`, and its silence would be taken for the event's own fault.
 * https://www.mongodb.com/docs/manual/reference/read-concern-linearizable/
 * @returns whether the answer came within the budget
 */
export const mongoPing =
  ({ events, timeoutMs }: MongoConnection): Ping =>
  async () => {
    const options = { readConcern: { level: 'linearizable' }, projection: { _id: 1 } } as const;
    try {
      await withinBudget(timeoutMs, (left) => events.findOne({ _id: '' }, { ...options, ...left() }));
      return true;
    } catch {
      return false;
    }
  };
