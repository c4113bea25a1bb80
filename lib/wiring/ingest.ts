import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { connectSqs, sqsPublisher } from '../adapters/sqs/sqs.ts';
import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import { redisOptions, resultsOptions, sqsOptions } from '../core/config.ts';
import { postEvents } from '../http/post-events.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { ingest } from './functions/ingest.ts';

/** Events in, on the real drivers, MongoDB's not among them. Connections are made at first use. */
export const connectIngest =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof ingest>, log: Log): Promise<HandlersOf<typeof ingest>> => {
    const redis = connectRedis(redisOptions(config), log);
    return postEvents({
      catalogue: await loadCatalogue(config.EVENT_TYPES, load),
      claims: redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS }),
      results: redisResults(redis, resultsOptions(config)),
      publisher: sqsPublisher(connectSqs(sqsOptions(config))),
      clock: systemClock,
      log,
      queueUrlPrefix: config.QUEUE_URL_PREFIX,
      rateLimit: config.RATE_LIMIT,
    });
  };
