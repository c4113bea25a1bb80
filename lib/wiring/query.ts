import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoEventQueries } from '../adapters/mongo/queries.ts';
import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { mongoOptions, redisOptions, resultsOptions } from '../core/config.ts';
import { getEvents } from '../http/get-events.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { query } from './functions/query.ts';

/** Events as they stand, on the real drivers. Connections are made at first use. */
export function connectQuery(config: ConfigOf<typeof query>, log: Log): HandlersOf<typeof query> {
  const redis = connectRedis(redisOptions(config), log);
  return getEvents({
    events: mongoEventQueries(connectMongo(mongoOptions(config))),
    claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
    results: redisResults(redis, resultsOptions(config)),
    clock: systemClock,
    log,
  });
}
