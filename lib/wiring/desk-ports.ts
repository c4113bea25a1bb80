import { refusalOf } from '../access/refusal-of.ts';
import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import type { ManyPorts } from '../failures/replay/many.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { bulkReplay } from './functions/bulk-replay.ts';
import type { ConfigOf } from './functions/declaration.ts';
import { apiKeysOn, connectMongo, failureDeskOn, replayJobsOn } from './mongo.ts';
import { claimsOn, keyCopiesOn, type Redis, replayedOutcomesOn } from './redis.ts';
import { connectSqs, publisherOn, queueControlOn } from './sqs.ts';

/** The ports of what the failure desk writes on the real drivers. Connections are made at first use. */
export async function deskPorts(
  redis: Redis,
  config: ConfigOf<typeof bulkReplay>,
  load: LoadEvent,
  { log, metrics, tracing }: { log: Log; metrics: Metrics; tracing?: Tracing | undefined },
): Promise<ManyPorts & { queue: QueueControl }> {
  const catalogue = await loadCatalogue(config.EVENT_TYPES, load);
  const mongo = connectMongo(config);
  const sqs = connectSqs(config);
  const access = { keys: apiKeysOn(mongo), copies: keyCopiesOn(redis), clock: systemClock, log };
  return {
    refusalOf: (key) => refusalOf(key, access),
    desk: failureDeskOn(mongo, config),
    jobs: replayJobsOn(mongo, config),
    claims: claimsOn(redis, config),
    outcomes: replayedOutcomesOn(redis),
    publisher: publisherOn(sqs),
    queue: queueControlOn(sqs),
    catalogue,
    clock: systemClock,
    log,
    metrics,
    tracing,
    queueUrlPrefix: config.QUEUE_URL_PREFIX,
  };
}
