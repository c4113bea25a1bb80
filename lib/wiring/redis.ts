import { redisClaims } from '../adapters/redis/claims.ts';
import { connectRedis as connect, type RedisConnection } from '../adapters/redis/client.ts';
import { forgetDerived as forget } from '../adapters/redis/forget-derived.ts';
import { redisReplayedOutcomes } from '../adapters/redis/forget-outcome.ts';
import { redisGenerations } from '../adapters/redis/generations.ts';
import { redisKeyCopies } from '../adapters/redis/key-copies.ts';
import { moveProjections } from '../adapters/redis/move-projections.ts';
import { redisPing } from '../adapters/redis/ping.ts';
import { redisProjections } from '../adapters/redis/projections.ts';
import { redisRates } from '../adapters/redis/rate-limit.ts';
import { redisResults } from '../adapters/redis/results.ts';
import { redisOptions, resultsOptions } from '../core/adapter-options.ts';
import type { Config } from '../core/config.ts';
import type { Renewing } from '../core/renew.ts';
import { CLAIM_MS } from '../ingest/claim.ts';
import type { Claims } from '../ports/claims.ts';
import type { Clock } from '../ports/clock.ts';
import type { GenerationStore, MovedProjection } from '../ports/generations.ts';
import type { KeyCopies } from '../ports/key-copies.ts';
import type { Ping } from '../ports/ping.ts';
import type { Projections } from '../ports/projections.ts';
import type { Rates } from '../ports/rates.ts';
import type { ReplayedOutcomes, Results } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';
import { outsideInvocations } from './invocation.ts';

/** What Redis is for: every port that it serves. In place of it another store with its commands implements these. */
export type Redis = RedisConnection;

/** The connection is made at first use. */
export const connectRedis = (config: Config<'redis'> & Renewing, log: Log): Redis =>
  connect(redisOptions(config), outsideInvocations(log));

export const claimsOn = (redis: Redis, config: Config<'results'>): Claims =>
  redisClaims(redis, { ...resultsOptions(config), claimTtlMs: CLAIM_MS });

export const resultsOn = (redis: Redis, config: Config<'results'>): Results =>
  redisResults(redis, resultsOptions(config));

export const replayedOutcomesOn = (redis: Redis): ReplayedOutcomes => redisReplayedOutcomes(redis);

export const ratesOn = (redis: Redis): Rates => redisRates(redis);

export const keyCopiesOn = (redis: Redis): KeyCopies => redisKeyCopies(redis);

export const projectionsOn = (redis: Redis): Projections => redisProjections(redis);

export const generationsOn = (redis: Redis, config: Config<'redis'>, clock: Pick<Clock, 'now'>): GenerationStore =>
  redisGenerations(redis, redisOptions(config), clock);

export const forgetDerived = (redis: Redis, config: Config<'redis'>): Promise<void> =>
  forget(redis, redisOptions(config));

export const moveEarlierProjections = (config: Config<'redis'>): Promise<MovedProjection[]> =>
  moveProjections(redisOptions(config));

export const redisPingOf = (redis: Redis): Ping => redisPing(redis);
