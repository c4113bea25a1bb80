import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../../local/engines/redis/server.ts';

test('the embedded Redis answers over 30,000 simple commands a second', async () => {
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
  expect(perSecond).toBeGreaterThan(30_000);
});
