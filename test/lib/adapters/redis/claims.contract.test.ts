import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClaims } from '../../../../lib/adapters/redis/claims.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { Claim, Claims } from '../../../../lib/ports/claims.ts';
import { localKeys } from '../../../support/local-space.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { claimKey } = localKeys;

const DAY_MS = 86_400_000;
let engine: TestEngine;
let claims: Claims;

beforeAll(async () => {
  engine = await openEngine();
  claims = redisClaims(engine.connect(), { claimTtlMs: 60_000, deduplicationMs: DAY_MS });
});
afterAll(() => engine.stop());

const newKey = () => `${engine.run}${randomBytes(6).toString('hex')}`;
const claim = (change: Partial<Claim> = {}): Claim => ({
  owner: randomBytes(16).toString('base64url'),
  confirmed: false,
  fingerprint: 'f'.repeat(43),
  type: 'parcel.sent',
  subject: 'ünï "quoted" 😀\u0000',
  time: '2026-11-23T10:00:00Z',
  recordedtime: '2026-11-23T10:00:01.000Z',
  ...change,
});
const ttl = (key: string) => engine.redis.pttl(claimKey(key));

describe('claiming', () => {
  it('takes a free key for the time of a claim', async () => {
    const key = newKey();
    const mine = claim();
    expect(await claims.claim([{ key, claim: mine }])).toEqual([null]);
    expect(await claims.read(key)).toEqual(mine);
    expect(await ttl(key)).toBeGreaterThan(0);
    expect(await ttl(key)).toBeLessThanOrEqual(60_000);
  });

  it('shows the claim that stands there and leaves it, its time too', async () => {
    const key = newKey();
    const theirs = claim();
    await claims.claim([{ key, claim: theirs }]);
    await engine.redis.pexpire(claimKey(key), 1000);
    expect(await claims.claim([{ key, claim: claim() }])).toEqual([theirs]);
    expect(await ttl(key)).toBeLessThanOrEqual(1000);
  });

  it('shows a claim of newer code, with more in it than is known; its owner may confirm and release it', async () => {
    const key = newKey();
    const theirs = claim();
    const { owner, confirmed: _, ...rest } = theirs;
    await engine.redis.set(claimKey(key), `0${owner}${JSON.stringify({ ...rest, added: ['by newer code'] })}`);
    expect(await claims.claim([{ key, claim: claim() }])).toMatchObject([theirs]);
    await claims.confirm([{ key, claim: theirs }]);
    expect(await claims.read(key)).toEqual({ ...theirs, confirmed: true });
    await claims.release([{ key, owner }]);
    expect(await claims.read(key)).toBeNull();
  });

  it('gives a key to exactly one of fifty who ask at once (protocol: claim)', async () => {
    const key = newKey();
    const all = await Promise.all(Array.from({ length: 50 }, () => claims.claim([{ key, claim: claim() }])));
    expect(all.filter(([found]) => found === null)).toHaveLength(1);
  });

  it('answers many keys of many slots in their order', async () => {
    const taken = newKey();
    const theirs = claim();
    await claims.claim([{ key: taken, claim: theirs }]);
    const keys = [...Array.from({ length: 20 }, newKey), taken, newKey()];
    const found = await claims.claim(keys.map((key) => ({ key, claim: claim() })));
    expect(found).toEqual(keys.map((key) => (key === taken ? theirs : null)));
  });

  it('is free again to the one who claimed, whose first answer was lost', async () => {
    const key = newKey();
    const mine = claim();
    await claims.claim([{ key, claim: mine }]);
    expect(await claims.claim([{ key, claim: mine }])).toEqual([null]);
  });

  it('reads nothing where nothing is, and refuses what is no claim', async () => {
    expect(await claims.read(newKey())).toBeNull();
    const key = newKey();
    await engine.redis.set(claimKey(key), 'x');
    await expect(claims.read(key)).rejects.toThrow(DependencyError);
  });
});

describe('confirming', () => {
  it.each([
    { standing: 'mine', setUp: (key: string, mine: Claim) => claims.claim([{ key, claim: mine }]) },
    { standing: 'absent', setUp: async () => undefined },
  ])('makes a claim that is $standing confirmed for the window', async ({ setUp }) => {
    const key = newKey();
    const mine = claim();
    await setUp(key, mine);
    await claims.confirm([{ key, claim: mine }]);
    expect(await claims.read(key)).toEqual({ ...mine, confirmed: true });
    expect(await ttl(key)).toBeGreaterThan(DAY_MS - 5000);
  });

  it("leaves another's claim as it is", async () => {
    const key = newKey();
    const theirs = claim();
    await claims.claim([{ key, claim: theirs }]);
    await claims.confirm([{ key, claim: claim() }]);
    expect(await claims.read(key)).toEqual(theirs);
    expect(await ttl(key)).toBeLessThanOrEqual(60_000);
  });
});

describe('releasing', () => {
  it('frees a key for its owner only', async () => {
    const key = newKey();
    const mine = claim();
    await claims.claim([{ key, claim: mine }]);
    await claims.release([{ key, owner: claim().owner }]);
    expect(await claims.read(key)).toEqual(mine);
    await claims.release([{ key, owner: mine.owner }]);
    expect(await claims.read(key)).toBeNull();
    await claims.release([{ key, owner: mine.owner }]);
  });
});
