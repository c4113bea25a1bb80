import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  sqsOptions,
  sqsVariables,
} from '../config.ts';
import type { Dependency } from '../errors.ts';
import { deadLetterSuffix } from '../names.ts';
import type { Log, Ping } from '../ports.ts';
import { connectMongo, mongoPing } from './mongo/client.ts';
import { connectRedis, redisPing } from './redis/client.ts';
import { connectSqs } from './sqs.ts';
import { sqsPing } from './sqs-ping.ts';

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
