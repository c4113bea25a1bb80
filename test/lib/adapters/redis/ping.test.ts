import { expect, test } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisPing } from '../../../../lib/adapters/redis/ping.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { localKeys } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';

/** What a server says to every write; to what writes nothing it answers as any other. */
const refusing = (refusal?: string) => {
  const asked: unknown[] = [];
  const command: RedisConnection['command'] = async (name, keys, args = []) => {
    asked.push([name, keys, args]);
    if (name === 'PING') return 'PONG';
    if (refusal !== undefined) throw new DependencyError('redis', refusal);
    return 'OK';
  };
  return { asked, ping: redisPing({ command, keys: localKeys, log: silentLog }) };
};

test.each([
  "READONLY You can't write against a read only replica.",
  "OOM command not allowed when used memory > 'maxmemory'.",
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
  'NOREPLICAS Not enough good replicas to write.',
])('entry 22: Redis that answers and refuses to write is down: %s', async (refusal) => {
  expect(await refusing(refusal).ping()).toBe(false);
});

test('a ping writes one small key that ends by itself', async () => {
  const { asked, ping } = refusing();
  expect(await ping()).toBe(true);
  expect(asked).toEqual([['SET', ['{sluice:local:*}:ping'], ['', 'PX', 10_000]]]);
});
