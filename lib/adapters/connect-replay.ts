import type { Catalogue } from '../catalogue.ts';
import { systemClock } from '../clock.ts';
import {
  type Config,
  mongoOptions,
  mongoVariables,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
  sqsOptions,
  sqsVariables,
} from '../config.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Log } from '../ports.ts';
import type { ReplayPorts } from '../replay.ts';
import { connectMongo } from './mongo/client.ts';
import { mongoDesk } from './mongo/desk.ts';
import { redisClaims } from './redis/claims.ts';
import { connectRedis } from './redis/client.ts';
import { redisReplayedOutcomes } from './redis/forget-outcome.ts';
import { connectSqs, sqsPublisher } from './sqs.ts';

export const replayVariables = [
  ...mongoVariables,
  ...redisVariables,
  ...resultsVariables,
  ...sqsVariables,
  'QUEUE_URL_PREFIX',
  'RETENTION_DAYS',
] as const;

/** The ports of what the failure desk writes on the real drivers. Connections are made at first use. */
export function connectReplay(
  config: Config<(typeof replayVariables)[number]>,
  catalogue: Catalogue,
  log: Log,
): ReplayPorts {
  const redis = connectRedis(redisOptions(config), log);
  return {
    desk: mongoDesk(connectMongo(mongoOptions(config)), { expireAfterDays: config.RETENTION_DAYS }),
    claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
    outcomes: redisReplayedOutcomes(redis),
    publisher: sqsPublisher(connectSqs(sqsOptions(config))),
    catalogue,
    clock: systemClock,
    log,
    queueUrlPrefix: config.QUEUE_URL_PREFIX,
  };
}
