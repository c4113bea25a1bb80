import { readConfig } from '../../../lib/core/config.ts';
import type { UsedMemory } from '../../commands/memory/used.ts';
import type { QueueDeclaration } from '../../engines/sqs/ensure-queues.ts';
import { type Reaper, startReaper } from '../reaper.ts';
import type { StartEmbedded } from './embedded/embedded.ts';
import { startHere } from './embedded/here.ts';
import { embeddedMongo, foundMongo, type MongoEngine, namedMongo } from './mongo.ts';
import { embeddedRedis, foundRedis, namedRedis, type RedisEngine } from './redis.ts';
import { embeddedSqs, namedSqs, type SqsEngine } from './sqs.ts';

export interface EngineOptions {
  /** `found`: a server program of this machine comes before the embedded engine. */
  mode: 'embedded' | 'found';
  /** MONGODB_URI, REDIS_URL and SQS_ENDPOINT name servers; they count in mode `found` alone. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Hears one line for each program that was passed over. */
  log?: (line: string) => void;
  queues?: readonly QueueDeclaration[];
  region?: string;
  /** In this process unless said otherwise. */
  startEmbedded?: StartEmbedded;
  /** Of a reaper that the caller has already; absent: one is started for the programs found. */
  watch?: Reaper['watch'];
  /** How long a program that was found may take to answer; 15 s unless said otherwise. */
  readyMs?: number;
}

export interface Engines {
  mongo: Omit<MongoEngine, 'stop'>;
  redis: Omit<RedisEngine, 'stop'>;
  sqs: Omit<SqsEngine, 'stop'>;
  /** What embedded engines use that have a process of their own, by `mongo`, `redis` and `sqs`. */
  memory(): Promise<Record<string, UsedMemory>>;
  /** Ends what was started; what was named stays as it is. */
  stop(): Promise<void>;
}

/**
 * Decides what answers for MongoDB, Redis and SQS, and starts it.
 * @throws EngineError for a named server that does not answer or is too old, ConfigError for a malformed address
 */
export async function chooseEngines(options: EngineOptions): Promise<Engines> {
  const { mode, env = process.env, log = () => {}, queues = [], region = 'us-east-1' } = options;
  const { startEmbedded = startHere } = options;
  const named = namedIn(mode === 'found' ? env : {});
  const reaper = mode === 'found' && !options.watch ? startReaper() : undefined;
  const watch = mode === 'found' ? (options.watch ?? reaper?.watch) : undefined;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.splice(0).map((engine) => engine.stop()));
    reaper?.stop();
  };
  const keep = async <Engine extends { stop(): Promise<void> }>(starting: Promise<Engine>): Promise<Engine> => {
    const engine = await starting;
    started.push(engine);
    return engine;
  };
  const chooseMongo = async () =>
    named.mongo !== undefined
      ? namedMongo(named.mongo)
      : ((watch && (await foundMongo(log, watch, options.readyMs))) ?? embeddedMongo(startEmbedded));
  const chooseRedis = async () =>
    named.redis !== undefined
      ? namedRedis(named.redis)
      : ((watch && (await foundRedis(log, watch, options.readyMs))) ?? embeddedRedis(startEmbedded));
  const settled = await Promise.allSettled([
    keep(chooseMongo()),
    keep(chooseRedis()),
    keep(named.sqs !== undefined ? namedSqs(named.sqs, region, queues) : embeddedSqs(startEmbedded, region, queues)),
  ]);
  const [mongo, redis, sqs] = settled;
  if (mongo.status === 'fulfilled' && redis.status === 'fulfilled' && sqs.status === 'fulfilled')
    return engines(mongo.value, redis.value, sqs.value, stop);
  await stop();
  throw settled.find((one) => one.status === 'rejected')?.reason;
}

const engines = (mongo: MongoEngine, redis: RedisEngine, sqs: SqsEngine, stop: Engines['stop']): Engines => ({
  mongo,
  redis,
  sqs,
  async memory() {
    const asked = Object.entries({ mongo, redis, sqs }).map(
      async ([name, { memory }]) => [name, await memory?.()] as const,
    );
    return Object.fromEntries((await Promise.all(asked)).flatMap(([name, used]) => (used ? [[name, used]] : [])));
  },
  stop,
});

/** Malformed addresses are told before anything is started. */
function namedIn(env: Readonly<Record<string, string | undefined>>) {
  const given = (name: 'MONGODB_URI' | 'REDIS_URL' | 'SQS_ENDPOINT') =>
    env[name] ? readConfig([name], env)[name] : undefined;
  return { mongo: given('MONGODB_URI'), redis: given('REDIS_URL'), sqs: given('SQS_ENDPOINT') };
}
