import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import { getDocuments } from '../http/api-documents/documents.ts';
import type { catalogue } from './functions/catalogue.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import { httpFunctions } from './functions/http-functions.ts';

/** Event types and API documents, of every function. */
export const connectCatalogue =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof catalogue>): Promise<HandlersOf<typeof catalogue>> =>
    getDocuments(await loadCatalogue(config.EVENT_TYPES, load), {
      stage: config.STAGE,
      queueUrlPrefix: config.QUEUE_URL_PREFIX,
      functions: httpFunctions,
    });
