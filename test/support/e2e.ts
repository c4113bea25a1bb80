import { type Document, MongoClient } from 'mongodb';
import { afterAll, inject } from 'vitest';
import type { AnyDefinition, EventInput, StoredEvent } from '../../client/types.ts';
import { connectRedis } from '../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../lib/adapters/redis/projections.ts';
import { localIdentity } from '../../lib/core/access/identity.ts';
import { keySpaceOf } from '../../lib/core/adapter-options.ts';
import type { ProjectionKind } from '../../lib/sdk/projection.ts';
import { type CallHeaders, callerOf } from '../../local/stack/caller.ts';
import type { Addresses } from '../../local/stack/launch.ts';
import type faultSeen from './events/fault.seen.ts';
import type jobMoved from './events/job.moved.ts';
import type jobRun from './events/job.run.ts';
import type noteKept from './events/note.kept.ts';
import type sampleTaken from './events/sample.taken.ts';
import { silentLog } from './log.ts';
import type { SharedStack } from './shared-stack.ts';

const { tenant } = localIdentity;
/** Seconds for an outcome: what has not come by then is not coming. */
export const PATIENT = 90;

type Neutral = typeof faultSeen | typeof jobMoved | typeof jobRun | typeof noteKept | typeof sampleTaken;

/**
 * Where the shared stack is, once it is up.
 * @throws Error with what went wrong when it did not come up
 */
export async function sharedStack(): Promise<SharedStack> {
  const response = await fetch(inject('stackDesk'));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedStack;
}

/** The shared stack with a client before it, and its databases behind it as only an operator sees them. */
export const wholeStack = async () => stackWith<Neutral>(await sharedStack());

/** Any stack in the same way, with a client for these event types. */
export function stackWith<Types extends AnyDefinition>(stack: Addresses) {
  const { mongoUri, redisUrl, service, stage, database } = stack;
  const caller = callerOf(stack);
  const client = caller.client<Types>();
  const mongo = new MongoClient(mongoUri);
  const redis = connectRedis(
    { url: redisUrl, cluster: false, space: keySpaceOf(service, stage), timeoutMs: 20_000, openMs: 20_000 },
    silentLog,
  );
  afterAll(() => Promise.all([mongo.close(), redis.close()]));
  const collection = (name: string) => mongo.db(database).collection<Document>(name);
  return {
    caller,
    client,
    /** Sends an event and waits for its outcome; longer than one request may, because a busy machine takes its time. */
    async settle(event: EventInput<Types>): Promise<StoredEvent> {
      const { id } = await client.send(event, { wait: 20 });
      return client.wait(id, { seconds: PATIENT });
    },
    find: (name: string, filter: Document) =>
      collection(name)
        .find({ tenant, ...filter })
        .toArray(),
    insert: (name: string, document: Document) => collection(name).insertOne({ tenant, ...document }),
    update: (name: string, filter: Document, fields: Document) =>
      collection(name).updateOne({ tenant, ...filter }, { $set: fields }),
    projection: <Kind extends ProjectionKind>(name: string, kind: Kind, key: string) =>
      redisProjections(redis).read(tenant, name, kind, [key]),
    post: (body: unknown, headers: CallHeaders = {}) => caller.post('/events', body, { headers }),
    async getJson<Body>(path: string): Promise<Body> {
      const response = await caller.fetch(path);
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Body;
    },
  };
}

/** Leaves nothing behind on a server that stays. */
export async function dropDatabaseOf({ mongoUri, database }: { mongoUri: string; database: string }): Promise<void> {
  await using mongo = new MongoClient(mongoUri);
  await mongo.db(database).dropDatabase();
}
