import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis } from '../../../../lib/adapters/redis/client.ts';
import { startRedis } from '../../../../local/engines/redis/server.ts';
import { findRedisServer, startRedisServer } from '../../../../verification/redis-fuzz/servers/redis-server.ts';
import { localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
import { useEverything } from './use-everything.ts';

const judge = findRedisServer()?.program;
const NOT_LOCAL = 'Script attempted to access a non local key in a cluster node';

/** A node of a cluster that has all slots: it refuses what several nodes would refuse, and a plain client may ask it. */
async function startNode(program: string): Promise<string> {
  const { port, stop } = await startRedisServer(program, ['--cluster-enabled', 'yes']);
  const redis = new Redis(port, '127.0.0.1');
  onTestFinished(async () => {
    redis.disconnect();
    await stop();
  });
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await expect.poll(() => redis.call('CLUSTER', 'INFO')).toContain('cluster_state:ok');
  return `redis://127.0.0.1:${port}`;
}

async function startEmbedded(): Promise<string> {
  const { url, stop } = await startRedis({ clusterRules: true });
  onTestFinished(stop);
  return url;
}

const engines = {
  'the embedded engine with the rules of a cluster': { there: true, start: startEmbedded },
  'a redis-server that is a node of a cluster': { there: judge !== undefined, start: () => startNode(judge ?? '') },
};

// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#implemented-subset
describe.each(Object.entries(engines))('%s', (_, { there, start }) => {
  test.runIf(there)('is asked by the adapters for keys of one slot at a time, in scripts too', async () => {
    const url = await start();
    const connection = connectRedis({ url, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
    onTestFinished(() => connection.close());
    await useEverything(connection);
    expect(connection.faults).toBe(0);
  });

  test.runIf(there)('refuses scripts, commands in them, and transactions over two slots', async () => {
    const redis = new Redis(await start());
    onTestFinished(() => redis.disconnect());
    await expect(redis.eval('return 1', 2, 'a', 'b')).rejects.toThrow('CROSSSLOT');
    await expect(redis.eval('return redis.call("MGET", "a", "b")', 0)).rejects.toThrow(NOT_LOCAL);
    await expect(redis.multi().set('a', '1').set('b', '1').exec()).rejects.toThrow('CROSSSLOT');
    await expect(redis.select(1)).rejects.toThrow('ERR SELECT is not allowed in cluster mode');
  });
});

// A node that has all slots lets this pass: https://redis.io/docs/latest/develop/programmability/eval-intro/#eval-flags
test('a script that goes to another slot without saying so is refused by the embedded engine', async () => {
  const redis = new Redis(await startEmbedded());
  onTestFinished(() => redis.disconnect());
  const script = 'redis.call("GET", KEYS[1]) return redis.call("GET", "b")';
  await expect(redis.eval(script, 1, 'a')).rejects.toThrow(NOT_LOCAL);
});
