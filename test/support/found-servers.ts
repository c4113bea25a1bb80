import { foundMongo } from '../../local/stack/engines/mongo.ts';
import { foundRedis } from '../../local/stack/engines/redis.ts';
import { startReaper } from '../../local/stack/reaper.ts';

export interface FoundServers {
  /** Variables that name servers in place of the embedded engines, and what these are; what this machine does not have is absent. */
  env: { MONGODB_URI?: string; TEST_MONGODB?: string; REDIS_URL?: string; TEST_REDIS?: string };
  /** Ends what was started; what was named stays as it is. */
  stop(): Promise<void>;
}

/**
 * The servers of one test run: those that are named by MONGODB_URI and REDIS_URL, else programs of this machine. All files of
 * the run share them.
 * @param say hears which they are
 */
export async function findServers(say: (line: string) => void): Promise<FoundServers> {
  const { MONGODB_URI, REDIS_URL } = process.env;
  const kept = { stop: async () => {} };
  const reaper = startReaper();
  const [mongo, redis] = await Promise.all([
    MONGODB_URI ? { ...kept, uri: MONGODB_URI, name: 'named by MONGODB_URI' } : foundMongo(say, reaper.watch),
    REDIS_URL ? { ...kept, url: REDIS_URL, name: 'named by REDIS_URL' } : foundRedis(say, reaper.watch),
  ]);
  say(`MongoDB: ${mongo?.name ?? 'embedded, for want of another; suites in which it is the only server are left out'}`);
  say(`Redis: ${redis?.name ?? 'embedded, for want of another'}`);
  return {
    env: {
      ...(mongo && { MONGODB_URI: mongo.uri, TEST_MONGODB: mongo.name }),
      ...(redis && { REDIS_URL: redis.url, TEST_REDIS: redis.name }),
    },
    async stop() {
      await Promise.all([mongo?.stop(), redis?.stop()]);
      reaper.stop();
    },
  };
}
