import { redisClaims } from '../lib/adapters/redis/claims.ts';
import { connectRedis } from '../lib/adapters/redis/client.ts';
import { redisResults } from '../lib/adapters/redis/results.ts';
import { connectSqs, sqsPublisher } from '../lib/adapters/sqs.ts';
import { loadCatalogue } from '../lib/catalogue.ts';
import { systemClock as clock } from '../lib/clock.ts';
import {
  readConfig,
  redisOptions,
  redisVariables,
  resultsOptions,
  resultsVariables,
  sqsOptions,
  sqsVariables,
} from '../lib/config.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { postEvents } from '../lib/http/post-events.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('ingest');
const variables = [
  'EVENT_TYPES',
  'QUEUE_URL_PREFIX',
  'RATE_LIMIT',
  ...redisVariables,
  ...resultsVariables,
  ...sqsVariables,
] as const;

const handle = lazy(async () => {
  const config = readConfig(variables);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  const redis = connectRedis(redisOptions(config), log);
  const results = redisResults(redis, resultsOptions(config));
  const claims = redisClaims(redis, resultsOptions(config));
  const publisher = sqsPublisher(connectSqs(sqsOptions(config)));
  const { QUEUE_URL_PREFIX: queueUrlPrefix, RATE_LIMIT: rateLimit } = config;
  return postEvents({ catalogue, claims, results, publisher, clock, log, queueUrlPrefix, rateLimit });
});

export const handler = httpFunction(async (...request) => (await handle())(...request), { log, scope: 'events:write' });
