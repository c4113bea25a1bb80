import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoEventQueries } from '../adapters/mongo/queries.ts';
import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../core/config.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { StatusPorts } from '../results/results.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';

export const queryVariables = [...mongoVariables, ...redisVariables, ...resultsVariables] as const;

/** The ports of reading on the real drivers. Connections are made at first use. */
export function connectQuery(config: Config<(typeof queryVariables)[number]>, log: Log): StatusPorts {
  const redis = connectRedis(redisOptions(config), log);
  return {
    events: mongoEventQueries(connectMongo(mongoOptions(config))),
    claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
    results: redisResults(redis, resultsOptions(config)),
    clock: systemClock,
    log,
  };
}
