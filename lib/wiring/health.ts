import { connectMongo, mongoPing } from '../adapters/mongo/client.ts';
import { connectRedis, redisPing } from '../adapters/redis/client.ts';
import { sqsPing } from '../adapters/sqs/ping.ts';
import { connectSqs } from '../adapters/sqs/sqs.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  sqsOptions,
  sqsVariables,
} from '../core/config.ts';
import type { Dependency } from '../core/errors.ts';
import { deadLetterSuffix } from '../core/names.ts';
import type { Ping } from '../ports/ping.ts';
import type { Log } from '../sdk/log.ts';

export const healthVariables = ['QUEUE_URL_PREFIX', ...mongoVariables, ...redisVariables, ...sqsVariables] as const;

/** A ping of each dependency on the real drivers. Connections are made at first use. */
export const connectHealth = (
  config: Config<(typeof healthVariables)[number]>,
  log: Log,
): Record<Dependency, Ping> => ({
  mongodb: mongoPing(connectMongo(mongoOptions(config))),
  redis: redisPing(connectRedis(redisOptions(config), log)),
  sqs: sqsPing(connectSqs(sqsOptions(config)), config.QUEUE_URL_PREFIX + deadLetterSuffix(false)),
});
