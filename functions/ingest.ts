import { loadCatalogue } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { postEvents } from '../lib/http/post-events.ts';
import { connectIngest, ingestVariables } from '../lib/wiring/ingest.ts';
import { createLogger } from '../lib/wiring/logger.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('ingest');

const handle = lazy(async () => {
  const config = readConfig([...ingestVariables, 'EVENT_TYPES']);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  return postEvents(connectIngest(config, catalogue, log));
});

export const handler = httpFunction(async (...request) => (await handle())(...request), { log, scope: 'events:write' });
