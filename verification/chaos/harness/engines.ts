import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { EngineError } from '../../../local/stack/engines/engine-error.ts';
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
 * @param redis `found`: a server of this machine and no other, because what is asked is what the embedded engine does not do
 * @throws EngineError when a named server cannot be used, or there is none to be found
 */
export async function startEngines(real: boolean, redis?: 'found'): Promise<ChaosEngines> {
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
  const ownRedis = async () => {
    const found = await foundRedis(say, watch);
    if (!found) throw new EngineError('this experiment needs a redis-server or valkey-server on the search path');
    return found;
  };
  const chooseRedis = async () =>
    redis === 'found'
      ? ownRedis()
      : !real
        ? embeddedRedis()
        : REDIS_URL
          ? namedRedis(REDIS_URL)
          : ((await foundRedis(say, watch)) ?? embeddedRedis());
  const [mongo, redisServer, sqs] = await Promise.all([
    chooseMongo(),
    chooseRedis(),
    alone('sqs', async (port) => void (await fetch(`http://127.0.0.1:${port}/`))),
  ]);
  return {
    mongoUri: mongo.uri,
    redisUrl: redisServer.url,
    sqsEndpoint: `http://127.0.0.1:${sqs.port}`,
    names: { mongodb: plain(mongo.name), redis: plain(redisServer.name), sqs: 'embedded (fauxqs)' },
    watch,
    async stop() {
      await Promise.all([mongo.stop(), redisServer.stop(), sqs.stop()]);
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
