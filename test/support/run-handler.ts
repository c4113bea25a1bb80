import { randomUUID } from 'node:crypto';
import type { Document, WithId } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { connectMongo, type MongoConnection, mongoPing } from '../../lib/adapters/mongo/client.ts';
import { mongoRecords } from '../../lib/adapters/mongo/records.ts';
import { setupDatabase } from '../../lib/adapters/mongo/schema.ts';
import type { Runnable } from '../../lib/consume/handle.ts';
import { type RunResult, run } from '../../lib/consume/run.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import type { Message } from '../../lib/core/message.ts';
import type { Attempt } from '../../lib/core/outcome.ts';
import type { ProjectionCommands } from '../../lib/ports/projections.ts';
import type { EventRecord } from '../../lib/ports/records.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import type { Env } from '../../lib/sdk/settings.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { testEngines } from './engines.ts';
import { silentLog } from './log.ts';
import { prepareDelivery } from './prepare-delivery.ts';

export type Handled =
  | { outcome: 'succeeded'; result: unknown; projected: string[] }
  | { outcome: 'rejected'; reason: string | undefined }
  | { outcome: 'thrown'; kind: string; error: unknown };

export interface HandleOptions {
  /** RFC 3339, UTC. */
  recordedtime?: string;
  /** 1 unless said otherwise. */
  attempt?: number;
  /** `context.env`; none unless said otherwise. */
  env?: Env;
}

/** A tenant of its own for each test: what it does is seen by no other test. */
export interface Tenant {
  /** Runs the handler on one event in a real transaction and settles it. */
  handle(definition: EventDefinition, data: object, options?: HandleOptions): Promise<Handled>;
  /** Runs a batch handler on several events at once. */
  handleBatch(
    definition: EventDefinition,
    events: readonly { data: object; recordedtime?: string }[],
    env?: Env,
  ): Promise<Handled[]>;
  insert(collection: string, documents: readonly Document[]): Promise<void>;
  find(collection: string, sort?: string): Promise<Document[]>;
}

/**
 * The database for handlers, with the indexes that these definitions declare; taken down after the file's tests.
 * @returns a function that opens a tenant without anything in it
 */
export function handlerWorld(definitions: readonly EventDefinition[]): () => Tenant {
  let mongo: MongoConnection;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engines = await testEngines();
    stop = engines.stop;
    mongo = connectMongo({ uri: engines.mongoUri, database: `test-${randomUUID().slice(0, 8)}`, timeoutMs: 60_000 });
    await setupDatabase(mongo.db, catalogueOf(definitions).collections);
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
    await stop();
  });
  return () => tenantOf(mongo, `t-${randomUUID().slice(0, 8)}`);
}

function tenantOf(mongo: MongoConnection, tenant: string): Tenant {
  const perform = async (definition: EventDefinition, runnables: Runnable[], env: Env = {}): Promise<Handled[]> => {
    const result = await run(runnables, definition, {
      records: mongoRecords(mongo, { expireAfterDays: 45 }),
      projections: noProjections,
      ping: { mongodb: mongoPing(mongo), redis: async () => true },
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      env,
    });
    return handledOf(result, runnables.length);
  };
  return {
    async handle(definition, data, options = {}) {
      const [handled] = await perform(definition, [runnable(definition, tenant, data, options)], options.env);
      if (!handled) throw new Error('one event has one outcome');
      return handled;
    },
    handleBatch: (definition, events, env) =>
      perform(
        definition,
        events.map(({ data, ...options }) => runnable(definition, tenant, data, options)),
        env,
      ),
    async insert(collection, documents) {
      await mongo.db.collection(collection).insertMany(documents.map((document) => ({ ...document, tenant })));
    },
    async find(collection, sort = '_id') {
      const found = await mongo.db
        .collection(collection)
        .find({ tenant })
        .sort({ [sort]: 1 })
        .toArray();
      return found.map(withoutOwn);
    },
  };
}

const withoutOwn = ({ _id, tenant, ...rest }: WithId<Document>): Document => rest;

const noProjections = {
  apply: async () => undefined,
  cutGuards: async () => undefined,
  read: async () => {
    throw new Error('this handler reads no projection');
  },
};

/** An event as the consumer hands it over: its data has passed the schema. */
function runnable(definition: EventDefinition, tenant: string, data: object, options: HandleOptions): Runnable {
  const recordedtime = options.recordedtime ?? '2026-11-23T12:00:00.000Z';
  const event = {
    id: randomUUID(),
    source: `/tenants/${tenant}`,
    type: definition.type,
    time: recordedtime,
    recordedtime,
    extensions: {},
    data: definition.data.parse(data),
  };
  const delivery = prepareDelivery({ ...event, tenant });
  const receives = options.attempt ?? 1;
  const known = receives > 1 && { known: knownAfter(receives - 1, delivery.message) };
  return { state: { ...delivery, receives, ...known }, event };
}

function knownAfter(failedAttempts: number, message: Message): EventRecord {
  const attempt: Attempt = { at: message.recordedtime, outcome: 'error', error: { code: 'error', message: 'before' } };
  const { tenant, source, id, type, time, recordedtime, fingerprint } = message;
  return {
    ...{ tenant, source, id, type, time, recordedtime, fingerprint },
    _id: eventKey(tenant, source, id),
    extensions: '{}',
    data: JSON.stringify(message.data),
    state: 'retrying',
    replay: 0,
    attempts: Array(failedAttempts).fill(attempt),
  };
}

function handledOf(result: RunResult, count: number): Handled[] {
  if (result.kind !== 'settled') {
    return Array(count).fill({
      outcome: 'thrown',
      kind: result.kind,
      error: 'error' in result ? result.error : undefined,
    });
  }
  return result.settlements.map(({ outcome, result: text, rejection, projections }) =>
    outcome === 'rejected'
      ? { outcome, reason: rejection?.reason }
      : { outcome: 'succeeded', result: text && JSON.parse(text), projected: lines(projections ?? []) },
  );
}

/** `turnover INCRBY 2026-11-23:EUR 1299` */
const lines = (projections: readonly ProjectionCommands[]): string[] =>
  projections.flatMap(({ projection, commands }) => commands.map((command) => `${projection} ${command.join(' ')}`));
