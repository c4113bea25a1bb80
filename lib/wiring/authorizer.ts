import { type Authorize, authorizer as authorizerOn } from '../http/authorize.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';
import { connectLookUp } from './access.ts';
import type { authorizer } from './functions/authorizer.ts';
import type { ConfigOf } from './functions/declaration.ts';

/**
 * The longest that one question to a store may take, whatever a stage says: Redis, MongoDB and Redis again are asked one
 * after another, and all of it must end within the time of the function.
 */
export const MOST_MS = { redis: 1000, mongodb: 5000 };

/** Who calls, on the real drivers. Connections are made at first use. */
export const connectAuthorizer = (config: ConfigOf<typeof authorizer>, log: Log, metrics: Metrics): Authorize =>
  authorizerOn(connectLookUp(within(config), log), { log, metrics });

const within = (config: ConfigOf<typeof authorizer>): ConfigOf<typeof authorizer> => ({
  ...config,
  REDIS_TIMEOUT_MS: Math.min(config.REDIS_TIMEOUT_MS, MOST_MS.redis),
  MONGODB_TIMEOUT_MS: Math.min(config.MONGODB_TIMEOUT_MS, MOST_MS.mongodb),
});
