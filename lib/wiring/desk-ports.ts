import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoDesk } from '../adapters/mongo/desk.ts';
import { mongoReplayJobs } from '../adapters/mongo/replay-jobs.ts';
import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisReplayedOutcomes } from '../adapters/redis/forget-outcome.ts';
import { connectSqs, sqsPublisher, sqsQueueControl } from '../adapters/sqs/sqs.ts';
import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import { mongoOptions, redisOptions, resultsOptions, sqsOptions } from '../core/config.ts';
import type { ManyPorts } from '../failures/replay/many.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { bulkReplay } from './functions/bulk-replay.ts';
import type { ConfigOf } from './functions/declaration.ts';
import type { replay } from './functions/replay.ts';

/** The ports of what the failure desk writes on the real drivers. Connections are made at first use. */
export async function deskPorts(
  config: ConfigOf<typeof replay | typeof bulkReplay>,
  load: LoadEvent,
  log: Log,
): Promise<ManyPorts & { queue: QueueControl }> {
  const catalogue = await loadCatalogue(config.EVENT_TYPES, load);
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
