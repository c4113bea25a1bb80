import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../../local/engines/redis/server.ts';

/** Some 60,000 were measured on two quiet cores. */
const EXPECTED = 30_000;

test('the embedded Redis answers some 30,000 simple commands a second', async () => {
  const server = await startRedis();
  onTestFinished(server.stop);
  const redis = new Redis(server.url);
  await redis.ping();
  const start = performance.now();
  for (let round = 0; round < 10; round++) {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 2000; index++) pipeline.set(`speed:${index}`, index);
    await pipeline.exec();
  }
  const perSecond = 20_000 / ((performance.now() - start) / 1000);
  redis.disconnect();
  console.log(`Redis: ${Math.round(perSecond)} commands a second`);
  expect(perSecond).toBeGreaterThan(EXPECTED / 10);
});
