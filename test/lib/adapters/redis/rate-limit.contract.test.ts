import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClaims } from '../../../../lib/adapters/redis/claims.ts';
import { connectRedis } from '../../../../lib/adapters/redis/client.ts';
import { redisRates } from '../../../../lib/adapters/redis/rate-limit.ts';
import type { Policy } from '../../../../lib/core/access/policies.ts';
import type { Cost, Payer, Rates } from '../../../../lib/ports/rates.ts';
import { localKeys, localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { rateKey } = localKeys;

let engine: TestEngine;
let rates: Rates;
let tenants = 0;

beforeAll(async () => {
  engine = await openEngine();
  rates = redisRates(engine.connect());
});
afterAll(() => engine.stop());

const newTenant = () => `${engine.run}-${++tenants}`;
const policy = (name: `${Policy['whose']}-${Policy['of']}`, quota: number, windowSeconds = 10): Policy => {
  const [whose, of] = name.split('-') as [Policy['whose'], Policy['of']];
  return { whose, of, quota, windowSeconds };
};
const payerOf = (policies: Policy[], tenant = newTenant(), key = 'k'): Payer => ({ tenant, key, policies });
const events = (count: number): Cost => ({ requests: 1, events: count, bytes: 0 });
const micros = async (): Promise<number> => {
  const [seconds = 0, rest = 0] = (await engine.redis.time()).map(Number);
  return seconds * 1_000_000 + rest;
};

describe('events', () => {
  it('are granted as far as there are tokens', async () => {
    const payer = payerOf([policy('tenant-events', 10, 100)]);
    const take = async (count: number) => {
      const { events: granted, buckets } = await rates.take(payer, events(count));
      return { granted, ...buckets[0] };
    };
    expect(await take(7)).toEqual({ granted: 7, left: 3, wait: 0, reset: 70 });
    expect(await take(7)).toEqual({ granted: 3, left: 0, wait: 40, reset: 100 });
    expect(await take(1)).toEqual({ granted: 0, left: 0, wait: 10, reset: 100 });
  });

  it('beyond what a bucket holds wait for a full one', async () => {
    const payer = payerOf([policy('tenant-events', 5, 50)]);
    expect(await rates.take(payer, events(500))).toMatchObject({ events: 5, buckets: [{ left: 0, wait: 50 }] });
  });

  it('are granted as far as the key’s bucket and the tenant’s both have some, and are taken from both', async () => {
    const tenant = newTenant();
    const policies = [policy('key-events', 3, 1000), policy('tenant-events', 5, 1000)];
    const [one, other] = [payerOf(policies, tenant, 'one'), payerOf(policies, tenant, 'other')];
    const left = async (payer: Payer) => {
      const { events: granted, buckets } = await rates.take(payer, events(4));
      return [granted, ...buckets.map((bucket) => bucket.left)];
    };
    expect(await left(one)).toEqual([3, 0, 2]);
    expect(await left(one)).toEqual([0, 0, 2]);
    expect(await left(other)).toEqual([2, 1, 0]);
  });
});

describe('requests and bytes', () => {
  it('are taken from every bucket, or from none: what is refused costs nothing', async () => {
    const policies = [
      policy('key-requests', 2, 1000),
      policy('key-bytes', 100, 1000),
      policy('tenant-events', 9, 1000),
    ];
    const payer = payerOf(policies);
    const take = async (bytes: number) => {
      const { passed, events: granted, buckets } = await rates.take(payer, { requests: 1, events: 1, bytes });
      return [passed, granted, ...buckets.map(({ left }) => left)];
    };
    expect(await take(60)).toEqual([true, 1, 1, 40, 8]);
    expect(await take(60)).toEqual([false, 0, 1, 40, 8]);
    expect(await take(40)).toEqual([true, 1, 0, 0, 7]);
    expect(await take(0)).toEqual([false, 0, 0, 0, 7]);
  });

  it('that are refused say how long the one that refuses takes, and the others nothing', async () => {
    const payer = payerOf([
      policy('key-requests', 1, 100),
      policy('tenant-requests', 5, 50),
      policy('tenant-events', 1),
    ]);
    await rates.take(payer, events(1));
    const { buckets } = await rates.take(payer, events(1));
    expect(buckets.map(({ wait }) => wait)).toEqual([100, 0, 0]);
  });
});

it('gives back exactly what was not used, and no more than a bucket holds (protocol: rate-limit)', async () => {
  const payer = payerOf([policy('tenant-requests', 3, 1000), policy('tenant-events', 7, 1000)]);
  const take = async (count: number) => {
    const { events: granted, buckets } = await rates.take(payer, events(count));
    return [granted, ...buckets.map(({ left }) => left)];
  };
  await rates.take(payer, events(7));
  await rates.giveBack(payer, { requests: 0, events: 4, bytes: 0 });
  expect(await take(5)).toEqual([4, 1, 0]);
  await rates.giveBack(payer, { requests: 2, events: 100, bytes: 0 });
  expect(await engine.redis.exists(rateKey(payer.tenant, 'tenant-events'))).toBe(0);
  expect(await take(9)).toEqual([7, 2, 0]);
  await rates.giveBack(payerOf([policy('tenant-events', 7)]), { requests: 0, events: 1, bytes: 0 });
});

it('a rate that an operator has changed keeps nobody out for longer than its window', async () => {
  const tenant = newTenant();
  await rates.take(payerOf([policy('tenant-events', 999_999_937, 100_000)], tenant), events(123_456_789));
  const { buckets } = await rates.take(payerOf([policy('tenant-events', 7)], tenant), events(7));
  expect(buckets[0]?.wait).toBeLessThanOrEqual(10);
});

it('keeps its state no longer than the bucket takes to fill', async () => {
  const payer = payerOf([policy('key-events', 10, 1)]);
  await rates.take(payer, events(1));
  const key = rateKey(payer.tenant, 'key-events.k');
  expect(await engine.redis.pttl(key)).toBeLessThanOrEqual(101);
  await sleep(150);
  expect(await engine.redis.exists(key)).toBe(0);
});

it('all that a request costs leaves in the flush of its claims: one packet to Redis, one back', async () => {
  const packets: string[] = [];
  const { port, hostname } = new URL(engine.url);
  const between = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.on('data', (data) => packets.push(data.toString()));
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((listening) => void between.listen(0, '127.0.0.1', listening));
  const url = `redis://127.0.0.1:${Object(between.address()).port}`;
  const connection = connectRedis({ url, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
  const claims = redisClaims(connection, { claimTtlMs: 60_000, deduplicationMs: 60_000 });
  const own = redisRates(connection);
  const payer = payerOf([policy('key-requests', 9), policy('key-bytes', 9), policy('tenant-events', 9)]);
  const claim = { owner: 'o'.repeat(22), confirmed: false, fingerprint: 'f', type: 't', time: '', recordedtime: '' };
  const ask = (round: number) =>
    Promise.all([
      claims.claim([1, 2, 3].map((index) => ({ key: `${engine.run}rate${round}${index}`, claim }))),
      own.take(payer, { requests: 1, events: 3, bytes: 1 }),
    ]);
  // The first opens the connection, and tells the server the script.
  await ask(0);
  packets.length = 0;
  await ask(1);
  expect(packets).toHaveLength(1);
  expect(packets[0]?.match(/\b(SET|EVALSHA)\r\n/g)).toEqual(['SET\r\n', 'SET\r\n', 'SET\r\n', 'EVALSHA\r\n']);
  await connection.close();
  between.close();
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
      const payer = payerOf([policy('tenant-events', quota, 1)]);
      // Tokens in the bucket in millionths, at the earliest and the latest moment at which the server can have run the script.
      const full = BigInt(quota) * 1_000_000n;
      let [least, most] = [full, full];
      let [earliest, latest] = [await micros(), await micros()];
      for (const { tokens, pause } of asked) {
        await sleep(pause);
        const before = await micros();
        const { events: granted } = await rates.take(payer, events(tokens));
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

it('four clients together never get more than burst and rate x time, and nothing less', async () => {
  const clients = Array.from({ length: 4 }, () => redisRates(engine.connect()));
  const [burst, seconds] = [40, 1000];
  const policies = [policy('key-requests', burst, seconds), policy('tenant-requests', burst * 2, seconds)];
  const payer = payerOf(policies);
  const ask = async (client: Rates): Promise<number> => {
    let passed = 0;
    for (let round = 0; round < 20; round++) {
      const answer = await client.take(payer, { requests: 1, events: 0, bytes: 0 });
      if (answer.passed) passed++;
    }
    return passed;
  };
  const before = await micros();
  const admitted = (await Promise.all(clients.map(ask))).reduce((sum, one) => sum + one, 0);
  const after = await micros();
  expect(admitted).toBeLessThanOrEqual(burst + (burst / seconds) * ((after - before) / 1_000_000));
  expect(admitted).toBeGreaterThanOrEqual(burst);
});

const smaller = (left: bigint, right: bigint): bigint => (left < right ? left : right);
