import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import { getDocuments } from '../http/api-documents/documents.ts';
import type { Log } from '../sdk/log.ts';
import type { catalogue } from './functions/catalogue.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import { httpFunctions } from './functions/http-functions.ts';
import { limitsOn } from './limits.ts';
import { connectRedis } from './redis.ts';

/** Event types and API documents, of every function. */
export const connectCatalogue =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof catalogue>, log: Log): Promise<Connected<typeof catalogue>> => {
    const handlers = getDocuments(await loadCatalogue(config.EVENT_TYPES, load), {
      stage: config.STAGE,
      queueUrlPrefix: config.QUEUE_URL_PREFIX,
      functions: httpFunctions,
    });
    return { handlers, limits: limitsOn(connectRedis(config, log), config, log) };
  };
