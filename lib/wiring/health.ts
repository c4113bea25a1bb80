import { deadLetterSuffix } from '../core/names.ts';
import { getHealth } from '../http/get-health.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { health } from './functions/health.ts';
import { connectMongo, missingSetupOf, mongoPingOf } from './mongo.ts';
import { connectRedis, redisPingOf } from './redis.ts';
import { connectSqs, sqsPingOf } from './sqs.ts';

/** The health of each dependency on the real drivers. Connections are made at first use. */
export const connectHealth = (config: ConfigOf<typeof health>, log: Log): Connected<typeof health> => {
  const mongo = connectMongo(config);
  const handlers = getHealth(
    {
      mongodb: mongoPingOf(mongo),
      redis: redisPingOf(connectRedis(config, log)),
      sqs: sqsPingOf(connectSqs(config), config.QUEUE_URL_PREFIX + deadLetterSuffix(false)),
    },
    missingSetupOf(mongo, {}),
    systemClock,
  );
  return { handlers, limits: 'none' };
};
