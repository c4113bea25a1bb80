import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisClaims } from '../../../../lib/adapters/redis/claims.ts';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { giveBackTokens, takeTokens } from '../../../../lib/adapters/redis/rate-limit.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { rateKey } = localKeys;

let engine: TestEngine;
let connection: RedisConnection;
let tenants = 0;

beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect();
});
afterAll(() => engine.stop());

const newTenant = () => `${engine.run}-${++tenants}`;
const micros = async (): Promise<number> => {
  const [seconds = 0, rest = 0] = (await engine.redis.time()).map(Number);
  return seconds * 1_000_000 + rest;
};

it('grants as many of the tokens asked for as there are', async () => {
  const rate = { tenant: newTenant(), quota: 10, windowSeconds: 100 };
  expect(await takeTokens(connection, { ...rate, tokens: 7 })).toEqual({
    granted: 7,
    remaining: 3,
    retryAfter: 0,
    reset: 70,
  });
  expect(await takeTokens(connection, { ...rate, tokens: 7 })).toEqual({
    granted: 3,
    remaining: 0,
    retryAfter: 40,
    reset: 100,
  });
  expect(await takeTokens(connection, { ...rate, tokens: 1 })).toEqual({
    granted: 0,
    remaining: 0,
    retryAfter: 10,
    reset: 100,
  });
});

it('names the time for a full bucket when more was asked for than a bucket holds', async () => {
  const rate = { tenant: newTenant(), quota: 5, windowSeconds: 50 };
  expect(await takeTokens(connection, { ...rate, tokens: 500 })).toEqual({
    granted: 5,
    remaining: 0,
    retryAfter: 50,
    reset: 50,
  });
});

it('gives tokens back, exactly, and no more than a bucket holds (protocol: rate-limit)', async () => {
  const rate = { tenant: newTenant(), quota: 7, windowSeconds: 1000 };
  await takeTokens(connection, { ...rate, tokens: 7 });
  await giveBackTokens(connection, { ...rate, tokens: 4 });
  expect(await takeTokens(connection, { ...rate, tokens: 5 })).toMatchObject({ granted: 4, remaining: 0, reset: 1000 });
  await giveBackTokens(connection, { ...rate, tokens: 100 });
  expect(await engine.redis.exists(rateKey(rate.tenant))).toBe(0);
  expect(await takeTokens(connection, { ...rate, tokens: 9 })).toMatchObject({ granted: 7, remaining: 0 });
  await giveBackTokens(connection, { ...rate, tenant: newTenant(), tokens: 1 });
});

it('keeps its state no longer than the bucket takes to fill', async () => {
  const tenant = newTenant();
  await takeTokens(connection, { tenant, quota: 10, windowSeconds: 1, tokens: 1 });
  expect(await engine.redis.pttl(rateKey(tenant))).toBeLessThanOrEqual(101);
  await sleep(150);
  expect(await engine.redis.exists(rateKey(tenant))).toBe(0);
});

it('takes one token a claim, in the flush of the claims', async () => {
  const claims = redisClaims(connection, { claimTtlMs: 60_000, deduplicationMs: 60_000 });
  const claim = { owner: 'o'.repeat(22), confirmed: false, fingerprint: 'f', type: 't', time: '', recordedtime: '' };
  const three = [1, 2, 3].map((index) => ({ key: `${engine.run}rate${index}`, claim }));
  const { rate } = await claims.claim(three, { tenant: newTenant(), quota: 2, windowSeconds: 60 });
  expect(rate).toMatchObject({ granted: 2, remaining: 0 });
});

it('never grants more than burst and rate allow, nor less than the exact model, whatever is asked (protocol: rate-limit)', async () => {
  const calls = fc.array(
    fc.record({ tokens: fc.integer({ min: 1, max: 60 }), pause: fc.integer({ min: 0, max: 8 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const quotas = fc.constantFrom(1, 3, 7, 50, 999, 700_001);
  await fc.assert(
    fc.asyncProperty(quotas, calls, async (quota, asked) => {
      const rate = { tenant: newTenant(), quota, windowSeconds: 1 };
      // Tokens in the bucket in millionths, at the earliest and the latest moment at which the server can have run the script.
      const full = BigInt(quota) * 1_000_000n;
      let [least, most] = [full, full];
      let [earliest, latest] = [await micros(), await micros()];
      for (const { tokens, pause } of asked) {
        await sleep(pause);
        const before = await micros();
        const { granted } = await takeTokens(connection, { ...rate, tokens });
        const after = await micros();
        least = smaller(full, least + BigInt(Math.max(0, before - latest) * quota));
        most = smaller(full, most + BigInt((after - earliest) * quota));
        expect(granted).toBeLessThanOrEqual(Number(smaller(BigInt(tokens), most / 1_000_000n)));
        expect(granted).toBeGreaterThanOrEqual(Number(smaller(BigInt(tokens), least / 1_000_000n)));
        least -= BigInt(granted) * 1_000_000n;
        most -= BigInt(granted) * 1_000_000n;
        [earliest, latest] = [before, after];
      }
    }),
    { seed: 20_261_123, numRuns: 40 },
  );
});

const smaller = (left: bigint, right: bigint): bigint => (left < right ? left : right);
