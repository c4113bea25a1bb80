import { connectFailures } from '../lib/wiring/failures.ts';
import { failures } from '../lib/wiring/functions/failures.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';

export const handler = httpHandler(failures, connectFailures);
