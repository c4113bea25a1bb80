import { connectQuery, queryVariables } from '../lib/adapters/connect-query.ts';
import { readConfig } from '../lib/config.ts';
import { getEvents } from '../lib/http/get-events.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';

const log = createLogger('query');

const handle = lazy(async () => getEvents(connectQuery(readConfig(queryVariables), log)));

export const handler = httpFunction(async (...request) => (await handle())(...request), { log, scope: 'events:read' });
