import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisResults } from '../../../../lib/adapters/redis/results.ts';
import type { Results, SettledEvent, StoredOutcome } from '../../../../lib/ports/results.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { outcomeKey, settledChannel, settledKey, waitKey } = localKeys;

const DAY_MS = 86_400_000;
let engine: TestEngine;
let connection: RedisConnection;
let results: Results;

beforeAll(async () => {
  engine = await openEngine();
  connection = engine.connect();
  results = redisResults(connection, { deduplicationMs: DAY_MS, perTenant: 2, inAll: 1_000_000 });
});
afterAll(() => engine.stop());

const newKey = () => `${engine.run}${randomBytes(6).toString('hex')}`;
const outcome = (replay: number, word: StoredOutcome['outcome'] = 'succeeded'): StoredOutcome => ({
  outcome: word,
  fingerprint: 'f'.repeat(43),
  replay,
});
const settled = (change: Partial<SettledEvent> = {}): SettledEvent => ({
  id: 'é 😀',
  source: '/tenants/local',
  type: 'parcel.sent',
  time: '2026-11-23T10:00:00Z',
  recordedtime: '2026-11-23T10:00:01.000Z',
  extensions: { color: 'blue', count: 3 },
  status: 'succeeded',
  attempts: [{ at: '2026-11-23T10:00:02.000Z', outcome: 'succeeded' }],
  result: { 'a.b': ['\u0000', null] },
  ...change,
});

describe('telling', () => {
  it('stores the outcome for the window and the settled event for an hour (protocol: nothing-seems-to-go-back)', async () => {
    const key = newKey();
    await results.tell(key, outcome(0), settled());
    expect(await results.read(key)).toEqual({ outcome: outcome(0), event: settled() });
    expect(await engine.redis.pttl(outcomeKey(key))).toBeGreaterThan(DAY_MS - 5000);
    expect(await engine.redis.pttl(settledKey(key))).toBeLessThanOrEqual(3_600_000);
  });

  it.each([
    { before: 0, next: 0, stands: 'failed', why: 'the same replay' },
    { before: 0, next: 1, stands: 'failed', why: 'a lower replay' },
    { before: 1, next: 0, stands: 'succeeded', why: 'not a higher replay' },
    { before: 9, next: 10, stands: 'failed', why: 'a lower replay, compared as a number' },
  ])('writes over $why ($before, then $next) (protocol: newest-replay-tells)', async ({ before, next, stands }) => {
    const key = newKey();
    await results.tell(key, outcome(before), settled());
    await results.tell(key, outcome(next, 'failed'), settled({ status: 'failed' }));
    const found = await results.read(key);
    expect([found?.outcome.outcome, found?.event?.status]).toEqual([stands, stands]);
  });

  it('writes no older settled event beside the outcome of a later replay (protocol: newest-replay-tells)', async () => {
    const key = newKey();
    await results.tell(key, outcome(2), settled());
    await engine.redis.del(settledKey(key));
    await results.tell(key, outcome(1, 'failed'), settled({ status: 'failed' }));
    expect(await results.read(key)).toEqual({ outcome: outcome(2) });
  });

  it('keeps an event of over 64 KB out, and takes an older one away', async () => {
    const key = newKey();
    await results.tell(key, outcome(0), settled());
    await results.tell(key, outcome(1), settled({ result: 'é'.repeat(32_768) }));
    expect(await results.read(key)).toEqual({ outcome: outcome(1) });
  });

  it('reads what newer code stored, with more in it than is known, and writes over it by the same rule', async () => {
    const key = newKey();
    await engine.redis.set(outcomeKey(key), `1 rejected ${'f'.repeat(43)} more and more`);
    await engine.redis.set(settledKey(key), `1 ${JSON.stringify({ ...settled(), added: { by: 'newer code' } })}`);
    expect(await results.read(key)).toMatchObject({ outcome: outcome(1, 'rejected'), event: settled() });
    expect(await results.readOutcomes([key])).toEqual([outcome(1, 'rejected')]);
    await results.tell(key, outcome(0), settled());
    expect(await results.readOutcomes([key])).toEqual([outcome(1, 'rejected')]);
    await results.tell(key, outcome(1), settled());
    expect(await results.read(key)).toEqual({ outcome: outcome(1), event: settled() });
  });

  it('tells waiters even when it stores nothing', async () => {
    const key = newKey();
    await results.tell(key, outcome(5), settled());
    const listener = engine.redis.duplicate();
    const heard = new Promise((resolve) => listener.once('message', (channel) => resolve(channel)));
    await listener.subscribe(settledChannel(key));
    await results.tell(key, outcome(1), settled());
    expect(await heard).toBe(settledChannel(key));
    listener.disconnect();
  });
});

it('reads the outcomes of many keys in their order', async () => {
  const [a, b, c] = [newKey(), newKey(), newKey()];
  await results.tell(a, outcome(0, 'rejected'), settled());
  await results.tell(c, outcome(3, 'expired'), settled());
  expect(await results.readOutcomes([a, b, c])).toEqual([outcome(0, 'rejected'), null, outcome(3, 'expired')]);
  expect(await results.read(b)).toBeNull();
});

describe('places for waiting', () => {
  const newTenant = () => `${engine.run}-${randomBytes(3).toString('hex')}`;

  it('are limited per tenant, and free again when released', async () => {
    const tenant = newTenant();
    const first = await results.takeSlot({ tenant }, 60_000);
    expect(await results.takeSlot({ tenant }, 60_000)).not.toBeNull();
    expect(await results.takeSlot({ tenant }, 60_000)).toBeNull();
    expect(await results.takeSlot({ tenant: newTenant() }, 60_000)).not.toBeNull();
    await first?.release();
    await first?.release();
    expect(await results.takeSlot({ tenant }, 60_000)).not.toBeNull();
    expect(await results.takeSlot({ tenant }, 60_000)).toBeNull();
  });

  it('free themselves', async () => {
    const tenant = newTenant();
    await results.takeSlot({ tenant }, 40);
    await results.takeSlot({ tenant }, 60_000);
    await sleep(80);
    expect(await results.takeSlot({ tenant }, 60_000)).not.toBeNull();
  });

  it('are limited in all, and the tenant gets its own back (protocol: places-to-wait)', async () => {
    const full = redisResults(connection, { deduplicationMs: DAY_MS, perTenant: 1, inAll: 0 });
    const tenant = newTenant();
    expect(await full.takeSlot({ tenant }, 60_000)).toBeNull();
    expect(await results.takeSlot({ tenant }, 60_000)).not.toBeNull();
    expect(await results.takeSlot({ tenant }, 60_000)).not.toBeNull();
  });

  it('are for one key at most half of its tenant’s, rounded up, and of the others nothing is lost', async () => {
    const tenant = newTenant();
    const take = async (key: string, places?: number) =>
      (await results.takeSlot({ tenant, key, ...(places !== undefined && { places }) }, 60_000)) !== null;
    expect([await take('one'), await take('one'), await take('other'), await take('third')]).toEqual([
      ...[true, false, true, false],
    ]);
    expect([await take('one', 5), await take('one', 5), await take('one', 5)]).toEqual([true, true, false]);
    expect([await take('other', 5), await take('third', 5)]).toEqual([true, false]);
    expect(await take('any', 0)).toBe(false);
  });

  it('of a key are free again with those of its tenant', async () => {
    const tenant = newTenant();
    const slot = await results.takeSlot({ tenant, key: 'one' }, 60_000);
    await slot?.release();
    expect(await engine.redis.exists(localKeys.tenantSlotsKey(tenant), localKeys.keySlotsKey(tenant, 'one'))).toBe(0);
  });

  it('are never given to more than the limit under fifty who ask at once', async () => {
    const tenant = newTenant();
    const all = await Promise.all(Array.from({ length: 50 }, () => results.takeSlot({ tenant }, 60_000)));
    expect(all.filter((slot) => slot !== null)).toHaveLength(2);
  });
});

describe('void start marks', () => {
  it('are known to whoever asks, for longer than a message lives (protocol: withdrawn-marks)', async () => {
    const key = newKey();
    await results.voidMarks([
      { key, run: 'r1' },
      { key: `${key}x`, run: 'r2' },
    ]);
    const asked = [
      { key, run: 'r1' },
      { key, run: 'r2' },
      { key: `${key}x`, run: 'r2' },
    ];
    expect(await results.voidedMarks(asked)).toEqual(new Set([`${key} r1`, `${key}x r2`]));
    const [mark = ''] = await engine.redis.keys(`*${key}*r1*`);
    expect(await engine.redis.ttl(mark)).toBeGreaterThan(14 * 86_400);
  });
});

describe('why an event waits', () => {
  it('is known until a minute after it is due, beside its claim (protocol: says-why-it-waits)', async () => {
    const [one, other] = [newKey(), newKey()];
    const at = '2026-11-23T12:00:20.000Z';
    await results.noteWaits([
      { key: one, why: 'outage', at, seconds: 20 },
      { key: other, why: 'newer-version', at, seconds: 5 },
    ]);
    expect(await results.readWait(one)).toEqual({ why: 'outage', at });
    expect(await results.readWait(other)).toEqual({ why: 'newer-version', at });
    expect(await engine.redis.pttl(waitKey(one))).toBeGreaterThan(75_000);
    expect(await engine.redis.pttl(waitKey(one))).toBeLessThanOrEqual(80_000);
  });

  it('is not known of others, nor in words of newer code', async () => {
    const key = newKey();
    expect(await results.readWait(key)).toBeNull();
    await engine.redis.set(waitKey(key), 'tea-time 2026-11-23T12:00:20.000Z');
    expect(await results.readWait(key)).toBeNull();
  });
});
