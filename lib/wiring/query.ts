import { type LoadEvent, sensitiveByType } from '../core/catalogue.ts';
import { getEvents } from '../http/get-events.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { query } from './functions/query.ts';
import { limitsOn } from './limits.ts';
import { connectMongo, eventQueriesOn } from './mongo.ts';
import { claimsOn, connectRedis, resultsOn } from './redis.ts';

/** Events as they stand, on the real drivers. Connections are made at first use. */
export const connectQuery =
  (load: LoadEvent) =>
  (config: ConfigOf<typeof query>, log: Log): Connected<typeof query> => {
    const redis = connectRedis(config, log);
    const handlers = getEvents({
      events: eventQueriesOn(connectMongo(config)),
      claims: claimsOn(redis, config),
      results: resultsOn(redis, config),
      marksOfType: sensitiveByType(config.EVENT_TYPES, load),
      clock: systemClock,
      log,
    });
    return { handlers, limits: limitsOn(redis, config, log) };
  };
