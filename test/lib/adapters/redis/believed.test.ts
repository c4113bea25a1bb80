import { expect, test } from 'vitest';
import type { RedisCalls } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { localKeys } from '../../../support/local-space.ts';

test('of many tenants a process remembers the generations of some, and no more', async () => {
  let calls = 0;
  const connection: RedisCalls = {
    keys: localKeys,
    command: () => Promise.reject(new Error('nothing is read')),
    run: async (_, __, [stored] = []) => {
      calls++;
      return stored === '1' ? [] : '1';
    },
  };
  const projections = redisProjections(connection);
  const callsOf = async (tenant: string): Promise<number> => {
    const before = calls;
    await projections.apply(tenant, 'e', [{ projection: 'p', commands: [['INCRBY', 'k', '1']] }]);
    return calls - before;
  };
  expect([await callsOf('first'), await callsOf('first')]).toEqual([2, 1]);
  for (let index = 0; index < 10_000; index++) await callsOf(`t${index}`);
  expect([await callsOf('t9999'), await callsOf('first')]).toEqual([1, 2]);
});
