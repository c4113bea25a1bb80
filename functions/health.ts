import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import { checkHealth } from '../lib/http/get-health.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { systemClock } from '../lib/wiring/clock.ts';
import { connectHealth, healthVariables } from '../lib/wiring/health.ts';
import { createLogger } from '../lib/wiring/logger.ts';

const log = createLogger('health');

const pings = lazy(async () => connectHealth(readConfig(healthVariables), log));

/** GET /health */
export const handler = httpFunction(async () => checkHealth(await pings(), systemClock), { log });
