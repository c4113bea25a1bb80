import { limitsOptions } from '../core/adapter-options.ts';
import type { Config } from '../core/config.ts';
import { createLimits, type Limits } from '../limits/charge.ts';
import { memoryRates } from '../limits/memory-rates.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import { type Redis, ratesOn } from './redis.ts';

/** How fast callers of a function may be, on the connection that it has. */
export const limitsOn = (redis: Redis, config: Config<'limits'>, log: Log): Limits =>
  createLimits({ rates: ratesOn(redis), inMemory: memoryRates(systemClock), log, ...limitsOptions(config) });
