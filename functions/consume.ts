import { connectConsume } from '../lib/wiring/consume.ts';
import { consume } from '../lib/wiring/functions/consume.ts';
import { queueHandler } from '../lib/wiring/queue-handler.ts';
import { loadEvent } from './load-event.ts';

export const handler = queueHandler(consume, connectConsume(loadEvent));
