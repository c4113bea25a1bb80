import { keys } from '../lib/wiring/functions/keys.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';
import { connectKeys } from '../lib/wiring/keys.ts';

export const handler = httpHandler(keys, connectKeys);
