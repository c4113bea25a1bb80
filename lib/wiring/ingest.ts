import type { LoadEvent } from '../core/catalogue.ts';
import { knownTypes } from '../core/known-types.ts';
import { postEvents } from '../http/post-events.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { ingest } from './functions/ingest.ts';
import { limitsOn } from './limits.ts';
import { claimsOn, connectRedis, resultsOn } from './redis.ts';
import { connectSqs, publisherOn } from './sqs.ts';

/** Events in, on the real drivers, MongoDB's not among them. Connections are made at first use. */
export const connectIngest =
  (load: LoadEvent) =>
  (config: ConfigOf<typeof ingest>, log: Log, metrics: Metrics, tracing?: Tracing): Connected<typeof ingest> => {
    const redis = connectRedis(config, log);
    const handlers = postEvents({
      catalogue: knownTypes(config.EVENT_TYPES, load),
      claims: claimsOn(redis, config),
      results: resultsOn(redis, config),
      publisher: publisherOn(connectSqs(config)),
      clock: systemClock,
      log,
      metrics,
      tracing,
      queueUrlPrefix: config.QUEUE_URL_PREFIX,
    });
    return { handlers, limits: limitsOn(redis, config, log) };
  };
