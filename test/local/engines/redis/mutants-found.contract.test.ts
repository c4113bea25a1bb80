import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does } = claims('redis', 'scripts');
const prefix = `test-${randomBytes(6).toString('hex')}-`;
let embedded: RunningRedis | undefined;
let redis: Redis;

beforeAll(async () => {
  embedded = process.env.REDIS_URL ? undefined : await startRedis();
  redis = new Redis(process.env.REDIS_URL ?? embedded?.url ?? '');
});
afterAll(async () => {
  redis.disconnect();
  await embedded?.stop();
});

does('commands/script-flush/', 'SCRIPT FLUSH forgets every script', async () => {
  const sha = String(await redis.script('LOAD', `return '${prefix}'`));
  expect(await redis.script('EXISTS', sha)).toEqual([1]);
  await redis.script('FLUSH');
  expect(await redis.script('EXISTS', sha)).toEqual([0]);
  await expect(redis.evalsha(sha, 0)).rejects.toThrow('NOSCRIPT No matching script. Please use EVAL.');
});

does('commands/select/', 'SELECT in a script ends with it', async () => {
  const key = `${prefix}here`;
  await redis.eval('redis.call("SELECT", "1") return redis.call("SET", KEYS[1], "there")', 1, key);
  expect(await redis.get(key)).toBeNull();
  await redis.eval('redis.call("SELECT", "1") return redis.call("DEL", KEYS[1])', 1, key);
});
