import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import type { Log } from '../../../../lib/sdk/log.ts';
import { startRedis } from '../../../../local/engines/redis/server.ts';
import { localSpace } from '../../../support/local-space.ts';

export interface TestEngine {
  url: string;
  /** Part of every tenant and event key of this file, so that files can share one server. */
  run: string;
  /** A connection of the adapters, closed at the end. */
  connect(timeoutMs?: number): RedisConnection;
  /** A plain client, to look behind the adapters' backs. */
  redis: Redis;
  /** What the adapters logged as errors. */
  errors: string[];
  stop(): Promise<void>;
}

/** The server that REDIS_URL names, else an embedded one, which refuses what a cluster would unless it is told not to. */
export async function openEngine({ clusterRules = true } = {}): Promise<TestEngine> {
  // One that test files share has the rules of a cluster.
  const named = clusterRules || process.env.TEST_ENGINES !== 'shared' ? process.env.REDIS_URL : undefined;
  const embedded = named ? undefined : await startRedis({ clusterRules });
  const url = named ?? embedded?.url ?? '';
  const run = `t${randomBytes(6).toString('hex')}`;
  const redis = new Redis(url);
  const errors: string[] = [];
  const nothing = () => undefined;
  const log: Log = { debug: nothing, info: nothing, warn: nothing, error: (message) => errors.push(message) };
  const connections: RedisConnection[] = [];
  return {
    url,
    run,
    redis,
    errors,
    connect(timeoutMs = 20_000) {
      const connection = connectRedis({ url, cluster: false, space: localSpace, timeoutMs, openMs: 20_000 }, log);
      connections.push(connection);
      return connection;
    },
    async stop() {
      for (const connection of connections) await connection.close();
      const left = (await redis.keys(`*${run}*`)).filter(Boolean);
      await Promise.all(left.map((key) => redis.del(key)));
      redis.disconnect();
      await embedded?.stop();
    },
  };
}
