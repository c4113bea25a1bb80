import { getFailures } from '../http/get-failures.ts';
import type { Log } from '../sdk/log.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { failures } from './functions/failures.ts';
import { limitsOn } from './limits.ts';
import { connectMongo, failureQueriesOn } from './mongo.ts';
import { connectRedis } from './redis.ts';

/** The failure desk, read, on the real drivers. Connections are made at first use. */
export const connectFailures = (config: ConfigOf<typeof failures>, log: Log): Connected<typeof failures> => ({
  handlers: getFailures(failureQueriesOn(connectMongo(config))),
  limits: limitsOn(connectRedis(config, log), config, log),
});
