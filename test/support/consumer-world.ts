import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { connectMongo, type MongoConnection, mongoPing } from '../../lib/adapters/mongo/client.ts';
import { mongoFailures } from '../../lib/adapters/mongo/failures.ts';
import { mongoRecords } from '../../lib/adapters/mongo/records.ts';
import { setupDatabase } from '../../lib/adapters/mongo/set-up.ts';
import { connectRedis, type RedisConnection } from '../../lib/adapters/redis/client.ts';
import { redisPing } from '../../lib/adapters/redis/ping.ts';
import { redisProjections } from '../../lib/adapters/redis/projections.ts';
import { redisResults } from '../../lib/adapters/redis/results.ts';
import { createConsumer } from '../../lib/consume/consume.ts';
import type { ConsumePorts } from '../../lib/consume/ports.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import { encodeMessage, type Message } from '../../lib/core/message.ts';
import type { SqsRecord } from '../../lib/core/sqs-batch.ts';
import { recordFailures } from '../../lib/failures/dead-letter.ts';
import { anySender } from '../../lib/failures/senders.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import type { EventRecord } from '../../lib/ports/records.ts';
import type { BatchContext, Context } from '../../lib/sdk/context.ts';
import type { QueueOptions, RetryOptions } from '../../lib/sdk/declarations.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import type { Event } from '../../lib/sdk/event.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { type TestEngines, testEngines } from './engines.ts';
import { localSpace } from './local-space.ts';
import { silentLog } from './log.ts';
import { silentMetrics } from './memory-metrics.ts';
import { type RecordingQueue, recordingQueue } from './recording-queue.ts';

export interface Payload {
  name: string;
}

type Handle = (event: Event<Payload>, context: Context) => Promise<unknown>;

/** One collection and one projection that a handler of a test writes to. */
const declared = {
  collections: { effects: { unique: [['name']] }, plain: {} },
  projections: { seen: { kind: 'counter' } },
} as const;

const base = {
  summary: 'A type of the tests',
  data: z.strictObject({ name: z.string() }),
  example: { name: 'x' },
  ...declared,
  // Whatever comes again is due: a test of backoff brings its own times.
  retry: { attempts: 3, base: 1, cap: 1 },
  // Long enough for any machine: what is over in time is shown by clocks of the tests.
  queue: { timeout: 40 },
} as const;

/** A definition whose handler is given by the test. */
export const handledBy = (
  handle: Handle,
  options: { retry?: Partial<RetryOptions>; ordered?: boolean; queue?: Partial<QueueOptions> } = {},
): EventDefinition =>
  defineEvent({
    ...base,
    type: 'test.happened',
    ...(options.retry && { retry: { ...base.retry, ...options.retry } }),
    ...(options.ordered && { orderedBy: () => 'one' }),
    queue: { ...base.queue, ...options.queue },
    handle: (event, context) => handle(event, context),
  });

export const handledTogetherBy = (
  handleBatch: (events: readonly Event<Payload>[], context: BatchContext) => Promise<readonly unknown[] | undefined>,
): EventDefinition =>
  defineEvent({ ...base, type: 'test.happened', handleBatch: (events, context) => handleBatch(events, context) });

export interface World {
  /** Of this run alone, for names. */
  readonly run: string;
  readonly mongo: MongoConnection;
  readonly redis: RedisConnection;
  readonly sqsEndpoint: string;
  readonly queue: RecordingQueue;
  readonly ports: ConsumePorts;
  /** A message of its own tenant unless it says otherwise. */
  message(fields?: Partial<Message>): Message;
  /**
   * One execution environment, with what it remembers from one batch to the next.
   * @returns runs a batch through its consumer, and says the ids of the messages that came back
   */
  environment(
    definition: EventDefinition,
    ports?: Partial<ConsumePorts>,
  ): (records: readonly SqsRecord[]) => Promise<string[]>;
  /** Runs one batch through a fresh environment. @returns message ids that came back */
  consume(definition: EventDefinition, records: readonly SqsRecord[], ports?: Partial<ConsumePorts>): Promise<string[]>;
  /** Gives every letter that was sent to the dead-letter function. */
  readLetters(): Promise<void>;
  record(message: Message): Promise<EventRecord | null>;
  failures(tenant: string): Promise<FailureRecord[]>;
  effects(tenant: string): Promise<number>;
  seen(tenant: string): Promise<number>;
}

/** Real drivers on the engines of this test run, and a queue that records; torn down after the file's tests. */
export async function consumerWorld(): Promise<World> {
  // Loaded here, because a world may also be opened where no test runs.
  const { afterAll } = await import('vitest');
  const world = await openWorld(await testEngines());
  afterAll(world.close);
  return world;
}

/** The same on engines of the caller's. */
export async function openWorld(engines: TestEngines): Promise<World & { close(): Promise<void> }> {
  const run = randomUUID().slice(0, 8);
  const mongo = connectMongo({ uri: engines.mongoUri, database: `test-${run}`, timeoutMs: 60_000 });
  const redis = connectRedis(
    { url: engines.redisUrl, cluster: false, space: localSpace, timeoutMs: 20_000 },
    silentLog,
  );
  await setupDatabase(mongo.db, declared.collections);
  const queue = recordingQueue();
  const projections = redisProjections(redis);
  const results = redisResults(redis, { deduplicationMs: 3_600_000, perTenant: 10, inAll: 100 });
  const ports: ConsumePorts = {
    records: mongoRecords(mongo, { expireAfterDays: 45 }),
    results,
    projections,
    publisher: queue,
    queue,
    setup: async () => undefined,
    settings: async () => ({}),
    ping: { mongodb: mongoPing(mongo), redis: redisPing(redis) },
    clock: systemClock,
    random: Math.random,
    newRun: randomUUID,
    log: silentLog,
    metrics: silentMetrics,
  };

  const environment: World['environment'] = (definition, other = {}) => {
    const urls = { queueUrl: 'http://queue/test-happened', deadLetterUrl: 'http://queue/dead-letters' };
    const consumer = createConsumer(
      { definition, schemaHash: schemaHash(definition), ...urls, runsAtOnce: 5 },
      { ...ports, ...other },
    );
    return async (records) => {
      const { batchItemFailures } = await consumer(records, () => 60_000);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
  };

  return {
    run,
    mongo,
    redis,
    sqsEndpoint: engines.sqsEndpoint,
    queue,
    ports,
    message: (fields = {}) => {
      const now = new Date().toISOString();
      const tenant = `t-${randomUUID().slice(0, 8)}`;
      return {
        version: 1,
        tenant,
        id: randomUUID(),
        source: `/tenants/${tenant}`,
        type: 'test.happened',
        time: now,
        recordedtime: now,
        extensions: {},
        data: { name: randomUUID() },
        fingerprint: 'A'.repeat(43),
        replay: 0,
        schema: schemaHash(handledBy(async () => undefined)),
        ...fields,
      };
    },
    environment,
    consume: (definition, records, other) => environment(definition, other)(records),
    readLetters: async () => {
      const letters = queue.published.splice(0).map(({ body }) => delivered(body));
      const { batchItemFailures } = await recordFailures(letters, {
        failures: mongoFailures(mongo),
        results,
        believes: anySender,
        clock: systemClock,
        log: silentLog,
        metrics: silentMetrics,
      });
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} letters came back`);
    },
    record: ({ tenant, source, id }) => mongo.events.findOne({ _id: eventKey(tenant, source, id) }),
    failures: (tenant) => mongo.failures.find({ tenant }).toArray(),
    effects: (tenant) => mongo.db.collection('effects').countDocuments({ tenant }),
    seen: async (tenant) => Number(await projections.read(tenant, 'seen', 'counter', ['all'])),
    close: async () => {
      await mongo.db.dropDatabase();
      await mongo.close();
      await redis.close();
      await engines.stop();
    },
  };
}

const schemaHash = (definition: EventDefinition): string => catalogueOf([definition]).entries[0]?.schemaHash ?? '';

/** A record as the event source mapping hands it over. */
export function delivered(
  message: Message | string,
  { receives = 1, group, sent = Date.now() }: { receives?: number; group?: string; sent?: number } = {},
): SqsRecord {
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: typeof message === 'string' ? message : encodeMessage(message),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sent),
      ...(group !== undefined && { MessageGroupId: group }),
    },
  };
}

/** The usual handler: one effect in MongoDB, one projection in Redis, a result. */
export const leavesAnEffect: Handle = async ({ data }, context) => {
  await context.collection('effects').insertOne({ name: data.name });
  context.project('seen').incrby('all', 1);
  return { name: data.name };
};
