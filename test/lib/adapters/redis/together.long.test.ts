import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { guardKey, projectionKey } = localKeys;
const MANY = 10_000;
const NAME = 'numbers';
let engine: TestEngine;
let connection: RedisConnection;

beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect(60_000);
});
afterAll(() => engine.stop());

test('10,000 events that are applied twice, all of them in one tick, are there once', async () => {
  const tenant = `${engine.run}-${randomBytes(4).toString('hex')}`;
  const projections = redisProjections(connection);
  const names = Array.from({ length: MANY }, (_, index) => `e${index}`);
  const applyAll = () =>
    Promise.all(
      names.map((name, index) =>
        projections.apply(tenant, name, [
          {
            projection: NAME,
            commands: [
              ['INCRBY', 'sum', String(index)],
              ['HINCRBY', 'hash', `field-${index % 7}`, '1'],
              ['SADD', 'all', name],
            ],
          },
        ]),
      ),
    );
  await applyAll();
  await applyAll();
  expect(await engine.redis.get(projectionKey(tenant, NAME, '0', 'sum'))).toBe(String((MANY * (MANY - 1)) / 2));
  expect(await engine.redis.scard(projectionKey(tenant, NAME, '0', 'all'))).toBe(MANY);
  const fields = await engine.redis.hvals(projectionKey(tenant, NAME, '0', 'hash'));
  expect(fields.map(Number).reduce((all, one) => all + one, 0)).toBe(MANY);
  await projections.cutGuards(names.map((eventKey) => ({ tenant, eventKey, projection: NAME })));
  const left = await Promise.all(names.map((name) => engine.redis.pttl(guardKey(tenant, NAME, '0', name))));
  expect(Math.max(...left)).toBeLessThanOrEqual(3_600_000);
  expect(Math.min(...left)).toBeGreaterThan(0);
});
