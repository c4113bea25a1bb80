import { randomBytes } from 'node:crypto';
import type { EndPorts } from '../access/ends.ts';
import { createLookUp } from '../access/look-up.ts';
import type { KeyPorts } from '../access/make-key.ts';
import type { Config } from '../core/config.ts';
import type { Renewing } from '../core/renew.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';
import { apiKeysOn, connectMongo, type Mongo } from './mongo.ts';
import { connectRedis, keyCopiesOn, type Redis } from './redis.ts';

/**
 * Says who calls, by the text of a key, on the real drivers (lib/access/look-up.ts): one for a whole process. Connections
 * are made at first use.
 */
export const connectLookUp = (
  config: Config<'mongodb' | 'redis'> & Renewing,
  log: Log,
): ReturnType<typeof createLookUp> =>
  createLookUp({
    keys: apiKeysOn(connectMongo(config)),
    copies: keyCopiesOn(connectRedis(config, log)),
    clock: systemClock,
    log,
    stage: config.STAGE,
  });

/** What makes, rotates and revokes keys, on the real drivers. */
export const keyPortsOn = (
  { mongo, redis }: { mongo: Mongo; redis: Redis },
  { STAGE, AUTHORIZER_CACHE_SECONDS }: Config<'STAGE' | 'AUTHORIZER_CACHE_SECONDS'>,
  log: Log,
): KeyPorts & EndPorts => ({
  keys: apiKeysOn(mongo),
  copies: keyCopiesOn(redis),
  clock: systemClock,
  log,
  stage: STAGE,
  randomBytes,
  rememberedMs: AUTHORIZER_CACHE_SECONDS * 1000,
});
