import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { connectSqs, sqsPublisher } from '../adapters/sqs/sqs.ts';
import type { Catalogue } from '../core/catalogue.ts';
import {
  type Config,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
  sqsOptions,
  sqsVariables,
} from '../core/config.ts';
import type { PostEventsPorts } from '../http/post-events.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';

export const ingestVariables = [
  ...redisVariables,
  ...resultsVariables,
  ...sqsVariables,
  'QUEUE_URL_PREFIX',
  'RATE_LIMIT',
] as const;

/** The ports of ingest on the real drivers, MongoDB's not among them. Connections are made at first use. */
export function connectIngest(
  config: Config<(typeof ingestVariables)[number]>,
  catalogue: Catalogue,
  log: Log,
): PostEventsPorts {
  const redis = connectRedis(redisOptions(config), log);
  return {
    catalogue,
    claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
    results: redisResults(redis, resultsOptions(config)),
    publisher: sqsPublisher(connectSqs(sqsOptions(config))),
    clock: systemClock,
    log,
    queueUrlPrefix: config.QUEUE_URL_PREFIX,
    rateLimit: config.RATE_LIMIT,
  };
}
