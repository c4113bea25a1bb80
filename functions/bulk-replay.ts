import { connectBulkReplay } from '../lib/wiring/bulk-replay.ts';
import { bulkReplay } from '../lib/wiring/functions/bulk-replay.ts';
import { queueHandler } from '../lib/wiring/queue-handler.ts';
import { loadEvent } from './load-event.ts';

export const handler = queueHandler(bulkReplay, connectBulkReplay(loadEvent));
