import { randomUUID } from 'node:crypto';
import { connectMongo, mongoPing, RUNS_AT_ONCE } from '../adapters/mongo/client.ts';
import { mongoRecords } from '../adapters/mongo/records.ts';
import { connectRedis, redisPing } from '../adapters/redis/client.ts';
import { redisProjections } from '../adapters/redis/projections.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { connectSqs, sqsPublisher, sqsQueueControl } from '../adapters/sqs/sqs.ts';
import { createConsumer } from '../consume/consume.ts';
import type { ConsumePorts } from '../consume/ports.ts';
import { catalogueOf, type LoadEvent, loadDefinition } from '../core/catalogue.ts';
import { mongoOptions, redisOptions, resultsOptions, sqsOptions } from '../core/config.ts';
import { deadLetterSuffix, queueSuffix } from '../core/names.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { consume } from './functions/consume.ts';
import type { ConfigOf } from './functions/declaration.ts';
import type { BatchHandler } from './queue-handler.ts';

/** The consumer of one event type on the real drivers. Connections are made at first use. */
export const connectConsume =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof consume>, log: Log): Promise<BatchHandler> => {
    const { QUEUE_URL_PREFIX: prefix, EVENT_TYPE: type } = config;
    const definition = await loadDefinition(type, load);
    const [entry] = catalogueOf([definition]).entries;
    const ordered = definition.orderedBy !== undefined;
    const urls = { queueUrl: prefix + queueSuffix(type, ordered), deadLetterUrl: prefix + deadLetterSuffix(ordered) };
    return createConsumer(
      { definition, schemaHash: entry?.schemaHash ?? '', ...urls, runsAtOnce: RUNS_AT_ONCE },
      consumePorts(config, log),
    );
  };

function consumePorts(config: ConfigOf<typeof consume>, log: Log): ConsumePorts {
  const mongo = connectMongo(mongoOptions(config));
  const redis = connectRedis(redisOptions(config), log);
  const sqs = connectSqs(sqsOptions(config));
  return {
    records: mongoRecords(mongo, { expireAfterDays: config.RETENTION_DAYS }),
    results: redisResults(redis, resultsOptions(config)),
    projections: redisProjections(redis),
    publisher: sqsPublisher(sqs),
    queue: sqsQueueControl(sqs),
    ping: { mongodb: mongoPing(mongo), redis: redisPing(redis) },
    clock: systemClock,
    random: Math.random,
    newRun: () => randomUUID(),
    log,
  };
}
