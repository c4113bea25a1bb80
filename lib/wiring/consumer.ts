import { randomUUID } from 'node:crypto';
import { connectMongo, mongoPing } from '../adapters/mongo/client.ts';
import { mongoRecords } from '../adapters/mongo/records.ts';
import { connectRedis, redisPing } from '../adapters/redis/client.ts';
import { redisProjections } from '../adapters/redis/projections.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { connectSqs, sqsPublisher, sqsQueueControl } from '../adapters/sqs/sqs.ts';
import type { ConsumePorts } from '../consume/ports.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
  sqsOptions,
  sqsVariables,
} from '../core/config.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';

export const consumerVariables = [
  ...mongoVariables,
  ...redisVariables,
  ...sqsVariables,
  ...resultsVariables,
  'RETENTION_DAYS',
] as const;

/** The ports of a consumer on the real drivers. Connections are made at first use. */
export function connectConsumer(config: Config<(typeof consumerVariables)[number]>, log: Log): ConsumePorts {
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
