import { documents } from '../lib/api-documents/documents.ts';
import { loadCatalogue } from '../lib/catalogue.ts';
import { readConfig } from '../lib/config.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { HttpProblem } from '../lib/http/problem.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
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
