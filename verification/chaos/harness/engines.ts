import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { foundMongo, namedMongo } from '../../../local/stack/engines/mongo.ts';
import { startProgram } from '../../../local/stack/engines/program.ts';
import { foundRedis, namedRedis } from '../../../local/stack/engines/redis.ts';
import { type Reaper, startReaper } from '../../../local/stack/reaper.ts';
import type { Findings } from '../experiment.ts';

/** What the experiments break Sluice on: each engine a process of its own, so that no fault reaches the observer. */
export interface ChaosEngines {
  mongoUri: string;
  redisUrl: string;
  sqsEndpoint: string;
  /** What answers, for the result. */
  names: Findings['engines'];
  watch: Reaper['watch'];
  stop(): Promise<void>;
}

const engineProgram = join(import.meta.dirname, '../../../local/commands/engine.ts');

/**
 * @param real MONGODB_URI and REDIS_URL, or programs found on this machine, come before the embedded engines
 * @throws EngineError when a named server cannot be used
 */
export async function startEngines(real: boolean): Promise<ChaosEngines> {
  const reaper = startReaper();
  const { watch } = reaper;
  const say = (line: string) => console.error(line);
  const { MONGODB_URI, REDIS_URL } = process.env;
  const alone = (name: string, ready: (port: number) => Promise<void>) =>
    startProgram(process.execPath, (port) => [engineProgram, name, '--port', String(port)], ready, watch);
  const embeddedMongo = async () => {
    const uriOf = (port: number) => `mongodb://127.0.0.1:${port}/?replicaSet=sluice`;
    const { port, stop } = await alone('mongo', (free) => pingMongo(uriOf(free)));
    return { uri: uriOf(port), name: 'embedded', stop };
  };
  const embeddedRedis = async () => {
    const { port, stop } = await alone('redis', async (free) => void (await namedRedis(`redis://127.0.0.1:${free}`)));
    return { url: `redis://127.0.0.1:${port}`, name: 'embedded', stop };
  };
  const chooseMongo = async () =>
    !real
      ? embeddedMongo()
      : MONGODB_URI
        ? namedMongo(MONGODB_URI)
        : ((await foundMongo(say, watch)) ?? embeddedMongo());
  const chooseRedis = async () =>
    !real ? embeddedRedis() : REDIS_URL ? namedRedis(REDIS_URL) : ((await foundRedis(say, watch)) ?? embeddedRedis());
  const [mongo, redis, sqs] = await Promise.all([
    chooseMongo(),
    chooseRedis(),
    alone('sqs', async (port) => void (await fetch(`http://127.0.0.1:${port}/`))),
  ]);
  return {
    mongoUri: mongo.uri,
    redisUrl: redis.url,
    sqsEndpoint: `http://127.0.0.1:${sqs.port}`,
    names: { mongodb: plain(mongo.name), redis: plain(redis.name), sqs: 'embedded (fauxqs)' },
    watch,
    async stop() {
      await Promise.all([mongo.stop(), redis.stop(), sqs.stop()]);
      reaper.stop();
    },
  };
}

/** `redis-server 7.0.15 (found)` -> `redis-server 7.0.15` */
const plain = (name: string): string => name.replace(/ \(.*\)$/, '');

async function pingMongo(uri: string): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 500 });
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}
