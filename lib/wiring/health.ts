import { connectMongo, mongoPing } from '../adapters/mongo/client.ts';
import { connectRedis, redisPing } from '../adapters/redis/client.ts';
import { sqsPing } from '../adapters/sqs/ping.ts';
import { connectSqs } from '../adapters/sqs/sqs.ts';
import { mongoOptions, redisOptions, sqsOptions } from '../core/config.ts';
import { deadLetterSuffix } from '../core/names.ts';
import { getHealth } from '../http/get-health.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { health } from './functions/health.ts';

/** The health of each dependency on the real drivers. Connections are made at first use. */
export const connectHealth = (config: ConfigOf<typeof health>, log: Log): HandlersOf<typeof health> =>
  getHealth(
    {
      mongodb: mongoPing(connectMongo(mongoOptions(config))),
      redis: redisPing(connectRedis(redisOptions(config), log)),
      sqs: sqsPing(connectSqs(sqsOptions(config)), config.QUEUE_URL_PREFIX + deadLetterSuffix(false)),
    },
    systemClock,
  );
