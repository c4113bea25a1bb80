import { systemClock } from '../clock.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../config.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Log } from '../ports.ts';
import type { StatusPorts } from '../results.ts';
import { connectMongo } from './mongo/client.ts';
import { mongoEventQueries } from './mongo/queries.ts';
import { redisClaims } from './redis/claims.ts';
import { connectRedis } from './redis/client.ts';
import { redisResults } from './redis/results.ts';

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
