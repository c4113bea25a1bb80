import { health } from '../lib/wiring/functions/health.ts';
import { connectHealth } from '../lib/wiring/health.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';

export const handler = httpHandler(health, connectHealth);
