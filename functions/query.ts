import { connectMongo } from '../lib/adapters/mongo/client.ts';
import { mongoEventQueries } from '../lib/adapters/mongo/queries.ts';
import { redisClaims } from '../lib/adapters/redis/claims.ts';
import { connectRedis } from '../lib/adapters/redis/client.ts';
import { redisResults } from '../lib/adapters/redis/results.ts';
import { systemClock as clock } from '../lib/clock.ts';
import {
  mongoOptions,
  mongoVariables,
  readConfig,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
} from '../lib/config.ts';
import { getEvents } from '../lib/http/get-events.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';

const log = createLogger('query');

const handle = lazy(async () => {
  const config = readConfig([...mongoVariables, ...redisVariables, ...resultsVariables]);
  const redis = connectRedis(redisOptions(config), log);
  const results = redisResults(redis, resultsOptions(config));
  const claims = redisClaims(redis, resultsOptions(config));
  return getEvents({ events: mongoEventQueries(connectMongo(mongoOptions(config))), claims, results, clock, log });
});

export const handler = httpFunction(async (...request) => (await handle())(...request), { log, scope: 'events:read' });
