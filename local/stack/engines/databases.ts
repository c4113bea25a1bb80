import { readConfig } from '../../../lib/core/config.ts';
import { type Reaper, startReaper } from '../reaper.ts';
import { allOrNone } from './all-or-none.ts';
import type { StartEmbedded } from './embedded/embedded.ts';
import { startHere } from './embedded/here.ts';
import { embeddedMongo, foundMongo, type MongoEngine, namedMongo } from './mongo.ts';
import { embeddedRedis, foundRedis, namedRedis, type RedisEngine } from './redis.ts';

export interface DatabaseOptions {
  /** `found`: a server program of this machine comes before the embedded engine. */
  mode: 'embedded' | 'found';
  /** MONGODB_URI and REDIS_URL name servers; they count in mode `found` alone. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Hears one line for each program that was passed over. */
  log?: (line: string) => void;
  /** In this process unless said otherwise. */
  startEmbedded?: StartEmbedded;
  /** Of a reaper that the caller has already; absent: one is started for the programs found. */
  watch?: Reaper['watch'];
  /** How long a program that was found may take to answer; 15 s unless said otherwise. */
  readyMs?: number;
}

export interface Databases {
  mongo: Omit<MongoEngine, 'stop'>;
  redis: Omit<RedisEngine, 'stop'>;
  /** Ends what was started; what was named stays as it is. */
  stop(): Promise<void>;
}

/**
 * Decides what answers for MongoDB and Redis, and starts it.
 * @throws EngineError for a named server that does not answer or is too old, ConfigError for a malformed address
 */
export async function chooseDatabases(options: DatabaseOptions): Promise<Databases> {
  const { mode, env = process.env, log = () => {}, readyMs, startEmbedded = startHere } = options;
  const found = mode === 'found';
  const named = namedIn(found ? env : {});
  const reaper = found && !options.watch ? startReaper() : undefined;
  const watch = found ? (options.watch ?? reaper?.watch) : undefined;
  const chooseMongo = async () =>
    named.mongo !== undefined
      ? namedMongo(named.mongo)
      : ((watch && (await foundMongo(log, watch, readyMs))) ?? embeddedMongo(startEmbedded));
  const chooseRedis = async () =>
    named.redis !== undefined
      ? namedRedis(named.redis)
      : ((watch && (await foundRedis(log, watch, readyMs))) ?? embeddedRedis(startEmbedded));
  try {
    const [mongo, redis] = await allOrNone([chooseMongo(), chooseRedis()]);
    const stop = async () => {
      await Promise.all([mongo.stop(), redis.stop()]);
      reaper?.stop();
    };
    return { mongo, redis, stop };
  } catch (error) {
    reaper?.stop();
    throw error;
  }
}

/** Malformed addresses are told before anything is started. */
function namedIn(env: Readonly<Record<string, string | undefined>>) {
  const given = (name: 'MONGODB_URI' | 'REDIS_URL') => (env[name] ? readConfig([name], env)[name] : undefined);
  return { mongo: given('MONGODB_URI'), redis: given('REDIS_URL') };
}
