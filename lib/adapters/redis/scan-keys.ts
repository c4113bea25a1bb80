import { Cluster } from 'ioredis';
import { codeOf } from '../../core/errors.ts';
import { unavailable } from './link.ts';
import { makeClient, OPEN_MS, type RedisConfig } from './make-client.ts';
import { TimeOver, within } from './time-limit.ts';

const COUNT = 1000;

/**
 * Keys that match a glob, of every node of a cluster. A key that is there from beginning to end comes at least once.
 * https://redis.io/docs/latest/commands/scan/#scan-guarantees
 * @throws DependencyError, also when one of its calls is not answered within the budget; it names no address
 */
export async function* scanKeys(config: RedisConfig, pattern: string): AsyncGenerator<readonly string[]> {
  // A client of its own: a cursor belongs to one node, and a connection of the adapters chooses nodes by keys.
  const client = makeClient(config);
  client.on('error', () => undefined);
  try {
    await within(client.connect(), OPEN_MS);
    for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
      let cursor = '0';
      do {
        const [next, keys] = await within(node.scan(cursor, 'MATCH', pattern, 'COUNT', COUNT), config.timeoutMs);
        cursor = next;
        if (keys.length > 0) yield keys;
      } while (cursor !== '0');
    }
  } catch (fault) {
    throw unavailable(`keys could not be listed (${fault instanceof TimeOver ? fault.message : codeOf(fault)})`);
  } finally {
    client.disconnect();
  }
}
