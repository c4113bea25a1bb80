import { loadCatalogue } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { HttpProblem } from '../lib/core/problem.ts';
import { documents } from '../lib/http/api-documents/documents.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { createLogger } from '../lib/wiring/logger.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('catalogue');

const answerDocument = lazy(async () => {
  const config = readConfig(['STAGE', 'EVENT_TYPES', 'QUEUE_URL_PREFIX']);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  return documents(catalogue, { stage: config.STAGE, queueUrlPrefix: config.QUEUE_URL_PREFIX });
});

/** GET /event-types, /openapi.json, /asyncapi.json */
export const handler = httpFunction(
  async ({ path, headers }) => {
    const answer = (await answerDocument())(path, headers['if-none-match']);
    if (!answer) throw new HttpProblem('route-unknown', 'there is no such document');
    return { body: undefined, ...answer };
  },
  { log },
);
