import { loadCatalogue } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { postFailures } from '../lib/http/post-failures.ts';
import { replays } from '../lib/http/replays.ts';
import { createLogger } from '../lib/wiring/logger.ts';
import { connectReplay, replayVariables } from '../lib/wiring/replay.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('replay');

const handle = lazy(async () => {
  const config = readConfig([...replayVariables, 'EVENT_TYPES']);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  const ports = connectReplay(config, catalogue, log);
  return { one: postFailures(ports), many: replays(ports) };
});

/** POST /failures/{id}/replay, /failures/{id}/discard; /replays */
export const handler = httpFunction(
  async (request, identity) => {
    const { one, many } = await handle();
    return (/\/replays(\/[^/]*)?$/.test(request.path) ? many : one)(request, identity);
  },
  { log, scope: 'failures:write' },
);
