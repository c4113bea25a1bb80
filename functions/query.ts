import { query } from '../lib/wiring/functions/query.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';
import { connectQuery } from '../lib/wiring/query.ts';
import { loadEvent } from './load-event.ts';

export const handler = httpHandler(query, connectQuery(loadEvent));
