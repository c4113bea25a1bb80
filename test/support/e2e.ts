import { type Document, MongoClient } from 'mongodb';
import { afterAll, inject } from 'vitest';
import type errorReported from '../../functions/events/error.reported.ts';
import type orderPlaced from '../../functions/events/order.placed.ts';
import type statusChanged from '../../functions/events/order.status.changed.ts';
import type pageViewed from '../../functions/events/page.viewed.ts';
import type userRegistered from '../../functions/events/user.registered.ts';
import { connectRedis } from '../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../lib/adapters/redis/projections.ts';
import { localIdentity } from '../../lib/core/identity.ts';
import type { ProjectionKind } from '../../lib/sdk/projection.ts';
import { type CallHeaders, callerOf } from '../../local/stack/caller.ts';
import { silentLog } from './log.ts';
import './shared-stack.ts';

const { tenant } = localIdentity;

/** The shared stack with a client before it, and its databases behind it as only an operator sees them. */
export function wholeStack() {
  const stack = inject('stack');
  const { mongoUri, redisUrl, database } = stack;
  const caller = callerOf(stack);
  const mongo = new MongoClient(mongoUri);
  const redis = connectRedis({ url: redisUrl, cluster: false, timeoutMs: 20_000 }, silentLog);
  afterAll(() => Promise.all([mongo.close(), redis.close()]));
  const collection = (name: string) => mongo.db(database).collection<Document>(name);
  return {
    caller,
    client: caller.client<
      typeof errorReported | typeof orderPlaced | typeof pageViewed | typeof statusChanged | typeof userRegistered
    >(),
    find: (name: string, filter: Document) =>
      collection(name)
        .find({ tenant, ...filter })
        .toArray(),
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
