import { connectHealth, healthVariables } from '../lib/adapters/connect-health.ts';
import { systemClock } from '../lib/clock.ts';
import { readConfig } from '../lib/config.ts';
import { checkHealth } from '../lib/health.ts';
import { httpFunction } from '../lib/http/http-function.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';

const log = createLogger('health');

const pings = lazy(async () => connectHealth(readConfig(healthVariables), log));

/** GET /health */
export const handler = httpFunction(async () => checkHealth(await pings(), systemClock), { log });
