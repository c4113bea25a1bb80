import { ingest } from '../lib/wiring/functions/ingest.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';
import { connectIngest } from '../lib/wiring/ingest.ts';
import { loadEvent } from './load-event.ts';

export const handler = httpHandler(ingest, connectIngest(loadEvent));
