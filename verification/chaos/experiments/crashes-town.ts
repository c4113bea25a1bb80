import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { connectMongo, type MongoConnection, mongoPing } from '../../../lib/adapters/mongo/client.ts';
import { mongoDesk } from '../../../lib/adapters/mongo/desk.ts';
import { mongoFailures } from '../../../lib/adapters/mongo/failures.ts';
import { mongoRecords } from '../../../lib/adapters/mongo/records.ts';
import { redisClaims } from '../../../lib/adapters/redis/claims.ts';
import { connectRedis, type RedisConnection } from '../../../lib/adapters/redis/client.ts';
import { redisReplayedOutcomes } from '../../../lib/adapters/redis/forget-outcome.ts';
import { redisPing } from '../../../lib/adapters/redis/ping.ts';
import { redisProjections } from '../../../lib/adapters/redis/projections.ts';
import { redisResults } from '../../../lib/adapters/redis/results.ts';
import { connectSqs, sqsPublisher, sqsQueueControl } from '../../../lib/adapters/sqs/sqs.ts';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { type Catalogue, catalogueOf } from '../../../lib/core/catalogue.ts';
import { deadLetterSuffix, queueSuffix } from '../../../lib/core/names.ts';
import type { DeadLetterPorts } from '../../../lib/failures/dead-letter.ts';
import type { ReplayPorts } from '../../../lib/failures/replay/replay.ts';
import { anySender } from '../../../lib/failures/senders.ts';
import type { PostEventsPorts } from '../../../lib/http/post-events.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { allLoaded } from '../../../test/support/all-loaded.ts';
import { localSpace } from '../../../test/support/local-space.ts';
import { silentLog } from '../../../test/support/log.ts';
import { silentMetrics } from '../../../test/support/memory-metrics.ts';
import { definitionsOf, type Kind, type Mood } from './crashes-types.ts';

/** Where a town lies; all that a process needs to find it. */
export interface Place {
  mongoUri: string;
  redisUrl: string;
  sqsEndpoint: string;
  database: string;
  /** Of the names of its queues. */
  lane: string;
}

export type Ports = ConsumePorts & PostEventsPorts & DeadLetterPorts & ReplayPorts;

/** Everything that the functions are connected to, and a time that passes when it is told to. */
export interface Town {
  readonly place: Place;
  readonly ports: Ports;
  readonly mongo: MongoConnection;
  readonly redis: RedisConnection;
  readonly sqs: SQSClient;
  readonly definitions: ReturnType<typeof definitionsOf>;
  readonly catalogue: Catalogue;
  readonly mood: Mood;
  /** Milliseconds that have passed beside the real ones. */
  time: { passed: number };
  queueUrl(kind: Kind): string;
  deadLetterUrl(kind: Kind): string;
  close(): Promise<void>;
}

/** Pauses between tries are real, and shorter. */
const FASTER = 20;

/** Connections are made at first use; queues and collections are there. */
export function openTown(place: Place): Town {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const mood: Mood = { mended: false };
  const time = { passed: 0 };
  const clock: Clock = {
    now: () => Date.now() + time.passed,
    sleep: (ms, signal) => wait(signal ? ms : ms / FASTER, undefined, signal && { signal }).catch(() => {}),
  };
  const mongo = connectMongo({ uri: place.mongoUri, database: place.database, timeoutMs: 10_000 });
  const redis = connectRedis({ url: place.redisUrl, cluster: false, space: localSpace, timeoutMs: 10_000 }, silentLog);
  const sqs = connectSqs({ endpoint: place.sqsEndpoint, timeoutMs: 10_000 });
  const definitions = definitionsOf(mood);
  const catalogue = catalogueOf(Object.values(definitions));
  const queueUrlPrefix = `${place.sqsEndpoint}/000000000000/${place.lane}-`;
  return {
    place,
    mongo,
    redis,
    sqs,
    definitions,
    catalogue,
    mood,
    time,
    queueUrl: (kind) => queueUrlPrefix + queueSuffix(definitions[kind].type, kind === 'ordered'),
    deadLetterUrl: (kind) => queueUrlPrefix + deadLetterSuffix(kind === 'ordered'),
    ports: {
      records: mongoRecords(mongo, { expireAfterDays: 45 }),
      failures: mongoFailures(mongo),
      believes: anySender,
      desk: mongoDesk(mongo, { expireAfterDays: 45 }),
      claims: redisClaims(redis, { claimTtlMs: 5000, deduplicationMs: 3_600_000 }),
      results: redisResults(redis, { deduplicationMs: 3_600_000, perTenant: 10, inAll: 100 }),
      projections: redisProjections(redis),
      outcomes: redisReplayedOutcomes(redis),
      publisher: sqsPublisher(sqs),
      queue: sqsQueueControl(sqs),
      setup: async () => undefined,
      settings: async () => ({}),
      ping: { mongodb: mongoPing(mongo), redis: redisPing(redis) },
      random: Math.random,
      newRun: randomUUID,
      log: silentLog,
      metrics: silentMetrics,
      catalogue: allLoaded(catalogue),
      clock,
      queueUrlPrefix,
    },
    async close() {
      await mongo.close();
      await redis.close();
      sqs.destroy();
    },
  };
}
