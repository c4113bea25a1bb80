import { messageOf } from '../../core/errors.ts';
import type { Ping } from '../../ports/ping.ts';
import type { RedisConnection } from './client.ts';

/** How long what a ping wrote stays. */
const PING_MS = 10_000;

/**
 * Whether Redis takes a write within the budget; anything else is no. One that is read-only, out of memory or cannot save answers PING,
 * and refuses every command that Sluice needs. https://redis.io/docs/latest/commands/set/
 */
export const redisPing =
  (connection: Pick<RedisConnection, 'command' | 'keys' | 'log'>): Ping =>
  async () => {
    try {
      return (await connection.command('SET', [connection.keys.pingKey], ['', 'PX', PING_MS])) === 'OK';
    } catch (fault) {
      connection.log.warn('Redis does not take a write', { error: messageOf(fault) });
      return false;
    }
  };
