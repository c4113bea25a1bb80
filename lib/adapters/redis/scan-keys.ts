import { Cluster } from 'ioredis';
import { codeOf } from '../../errors.ts';
import { unavailable } from './link.ts';
import { makeClient, type RedisConfig } from './make-client.ts';

const COUNT = 1000;

/**
 * Keys that match a glob, of every node of a cluster. A key that is there from beginning to end comes at least once.
 * https://redis.io/docs/latest/commands/scan/#scan-guarantees
 * @throws DependencyError; it names no address
 */
export async function* scanKeys(config: RedisConfig, pattern: string): AsyncGenerator<readonly string[]> {
  // A client of its own: a cursor belongs to one node, and a connection of the adapters chooses nodes by keys.
  const client = makeClient(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
      let cursor = '0';
      do {
        const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', COUNT);
        cursor = next;
        if (keys.length > 0) yield keys;
      } while (cursor !== '0');
    }
  } catch (fault) {
    throw unavailable(`keys could not be listed (${codeOf(fault)})`);
  } finally {
    client.disconnect();
  }
}
