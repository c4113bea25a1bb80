import { connectReplay, replayVariables } from '../lib/adapters/connect-replay.ts';
import { loadCatalogue } from '../lib/catalogue.ts';
import { readConfig } from '../lib/config.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { postFailures } from '../lib/http/post-failures.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('replay');

const handle = lazy(async () => {
  const config = readConfig([...replayVariables, 'EVENT_TYPES']);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  return postFailures(connectReplay(config, catalogue, log));
});

/** POST /failures/{id}/replay, /failures/{id}/discard */
export const handler = httpFunction(async (...request) => (await handle())(...request), {
  log,
  scope: 'failures:write',
});
