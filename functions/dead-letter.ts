import { connectDeadLetter } from '../lib/wiring/dead-letter.ts';
import { deadLetter } from '../lib/wiring/functions/dead-letter.ts';
import { queueHandler } from '../lib/wiring/queue-handler.ts';

export const handler = queueHandler(deadLetter, connectDeadLetter);
