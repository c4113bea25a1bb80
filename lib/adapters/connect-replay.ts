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
import type { Log, QueueControl } from '../ports.ts';
import type { ManyPorts } from '../replay/many.ts';
import { connectMongo } from './mongo/client.ts';
import { mongoDesk } from './mongo/desk.ts';
import { mongoReplayJobs } from './mongo/replay-jobs.ts';
import { redisClaims } from './redis/claims.ts';
import { connectRedis } from './redis/client.ts';
import { redisReplayedOutcomes } from './redis/forget-outcome.ts';
import { connectSqs, sqsPublisher, sqsQueueControl } from './sqs.ts';

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
): ManyPorts & { queue: QueueControl } {
  const mongo = connectMongo(mongoOptions(config));
  const sqs = connectSqs(sqsOptions(config));
  const expiring = { expireAfterDays: config.RETENTION_DAYS };
  const redis = connectRedis(redisOptions(config), log);
  return {
    desk: mongoDesk(mongo, expiring),
    jobs: mongoReplayJobs(mongo, expiring),
    claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
    outcomes: redisReplayedOutcomes(redis),
    publisher: sqsPublisher(sqs),
    queue: sqsQueueControl(sqs),
    catalogue,
    clock: systemClock,
    log,
    queueUrlPrefix: config.QUEUE_URL_PREFIX,
  };
}
