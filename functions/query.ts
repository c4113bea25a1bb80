import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { getEvents } from '../lib/http/get-events.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { createLogger } from '../lib/wiring/logger.ts';
import { connectQuery, queryVariables } from '../lib/wiring/query.ts';

const log = createLogger('query');

const handle = lazy(async () => getEvents(connectQuery(readConfig(queryVariables), log)));

export const handler = httpFunction(async (...request) => (await handle())(...request), { log, scope: 'events:read' });
