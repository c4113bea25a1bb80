import { connectCatalogue } from '../lib/wiring/catalogue.ts';
import { catalogue } from '../lib/wiring/functions/catalogue.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';
import { loadEvent } from './load-event.ts';

export const handler = httpHandler(catalogue, connectCatalogue(loadEvent));
