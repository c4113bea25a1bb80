import { connectMongo } from '../lib/adapters/mongo/client.ts';
import { mongoFailureQueries } from '../lib/adapters/mongo/queries.ts';
import { mongoOptions, mongoVariables, readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { getFailures } from '../lib/http/get-failures.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { createLogger } from '../lib/wiring/logger.ts';

const log = createLogger('failures');

const handle = lazy(async () => {
  const config = readConfig(mongoVariables);
  return getFailures(mongoFailureQueries(connectMongo(mongoOptions(config))));
});

export const handler = httpFunction(async (...request) => (await handle())(...request), {
  log,
  scope: 'failures:read',
});
