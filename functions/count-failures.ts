import { connectCountFailures } from '../lib/wiring/count-failures.ts';
import { countFailures } from '../lib/wiring/functions/count-failures.ts';
import { scheduledHandler } from '../lib/wiring/scheduled-handler.ts';

export const handler = scheduledHandler(countFailures, connectCountFailures);
