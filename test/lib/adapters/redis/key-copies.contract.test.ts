import { afterAll, describe, expect, test } from 'vitest';
import { redisKeyCopies } from '../../../../lib/adapters/redis/key-copies.ts';
import type { StoredKey } from '../../../../lib/core/access/key-entry.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { localKeys } from '../../../support/local-space.ts';
import { memoryKeyCopies } from '../../../support/memory-keys.ts';
import { storedKey } from '../../../support/stored-key.ts';
import { openEngine } from './engine.ts';

const engine = await openEngine();
afterAll(engine.stop);
const { redis, run } = engine;
const copies = redisKeyCopies(engine.connect());
const { copyKey, endedKey, disabledKey, heardKey } = localKeys;
const DAY_MS = 86_400_000;

let made = 0;
/** A key of which everything that is named in Redis has the name of this run. */
function known(fields: Partial<StoredKey> = {}) {
  const name = `${run}-${made++}`;
  const { key } = storedKey({ tenant: name, id: `${name}-id`, hash: `${name}-hash`, ...fields });
  return { key, tenant: { tenant: key.tenant, waits: 3 } };
}

describe('a copy of a key', () => {
  test('is found under each text that opens it, and by its id, for 24 hours', async () => {
    const one = known({ before: { hash: `${run}-before`, last4: 'abcd', ends: 'then' } });
    await copies.write(one, 1234);
    for (const hash of [one.key.hash, `${run}-before`]) {
      expect(await copies.read(hash)).toEqual({ copy: { ...one, copiedAt: 1234 }, ended: false, disabled: false });
      const left = await redis.pttl(copyKey(hash));
      expect(left).toBeGreaterThan(DAY_MS - 60_000);
      expect(left).toBeLessThanOrEqual(DAY_MS);
    }
    expect(await copies.byId(one.key.id)).toEqual(one);
  });

  test('is none where nobody wrote one, or other code did', async () => {
    const none = { ended: false, disabled: false };
    expect(await copies.read(`${run}-nothing`)).toEqual(none);
    expect(await copies.byId(`${run}-nothing`)).toBeNull();
    await redis.set(copyKey(`${run}-newer`), '2 {"grants":"more"}');
    expect(await copies.read(`${run}-newer`)).toEqual(none);
  });
});

describe('a mark', () => {
  test('that a text has ended stands above its copy, and outlives every copy', async () => {
    const one = known();
    const other = known();
    for (const each of [one, other]) await copies.write(each, 0);
    await copies.end([one.key.hash]);
    await copies.end([one.key.hash]);
    await copies.write(one, 0);
    expect(await copies.read(one.key.hash)).toMatchObject({ ended: true, disabled: false, copy: one });
    expect(await copies.read(other.key.hash)).toMatchObject({ ended: false });
    expect(await redis.pttl(endedKey(one.key.hash))).toBeGreaterThan(DAY_MS);
  });

  test('that a key has ended stands above all of its texts, also those that Redis has not heard of', async () => {
    const [one, other] = [known(), known()];
    await copies.write(one, 0);
    await copies.end([one.key.id]);
    for (const believed of [undefined, one.key, other.key])
      expect(await copies.read(one.key.hash, believed)).toMatchObject({ ended: true, copy: one });
    expect(await copies.read(`${run}-unheard`, one.key)).toEqual({ ended: true, disabled: false });
    expect(await copies.read(`${run}-unheard`, other.key)).toEqual({ ended: false, disabled: false });
  });

  test('that a tenant is disabled is seen whoever is believed to own the text, and can be taken away', async () => {
    const one = known();
    await copies.write(one, 0);
    const { tenant, hash } = one.key;
    await copies.mark({ tenant, disabled: true, revision: 1 });
    for (const key of [disabledKey(tenant), heardKey(tenant)]) expect(await redis.pttl(key)).toBeGreaterThan(DAY_MS);
    const believedToBe = [undefined, one.key, { ...one.key, tenant: `${run}-other` }];
    for (const believed of believedToBe)
      expect(await copies.read(hash, believed)).toMatchObject({ disabled: true, ended: false });
    expect(await copies.read(`${run}-nothing`, one.key)).toEqual({ disabled: true, ended: false });
    await copies.disable(`${run}-other`, 1);
    await copies.mark({ tenant, revision: 2 });
    for (const believed of believedToBe) expect(await copies.read(hash, believed)).toMatchObject({ disabled: false });
  });
});

/** Revision of the key, of its tenant, and when they were asked for. */
type Order = [number | undefined, number | undefined, number];

describe.each([
  ['Redis', copies],
  ['memory, which stands for it in other tests', memoryKeyCopies(fakeClock())],
])('in %s', (_, store) => {
  const of = (revision: number | undefined, tenantRevision: number | undefined, waits: number) => {
    const { key, tenant } = known(revision === undefined ? {} : { revision });
    const told = tenantRevision === undefined ? {} : { revision: tenantRevision };
    return { key, tenant: { ...tenant, ...told, waits } };
  };

  test.each<[string, Order, Order, boolean]>([
    ['stays where the other is of an older key', [2, 1, 5], [1, 9, 9], false],
    ['gives way to a newer key', [1, 9, 9], [2, 1, 5], true],
    ['gives way to a key of a revision with more digits', [9, 9, 9], [10, 1, 1], true],
    ['stays where the other is of before the key was ever changed', [1, 1, 1], [undefined, 9, 9], false],
    ['stays where the other is of an older tenant', [2, 2, 5], [2, 1, 9], false],
    ['gives way to a newer tenant', [2, 1, 9], [2, 2, 5], true],
    ['stays where the other is of before anything was said of the tenant', [2, 1, 5], [2, undefined, 9], false],
    ['stays where the other was asked for before it', [2, 2, 5], [2, 2, 4], false],
    ['gives way to what was asked for later', [2, 2, 5], [2, 2, 6], true],
    ['gives way to its equal', [2, 2, 5], [2, 2, 5], true],
  ])('a copy %s', async (_name, [key, tenant, at], [nextKey, nextTenant, nextAt], replaced) => {
    const one = of(key, tenant, 1);
    const { revision: __, ...same } = one.key;
    const next = {
      ...of(nextKey, nextTenant, 2),
      key: { ...same, ...(nextKey !== undefined && { revision: nextKey }) },
    };
    await store.write(one, at);
    await store.write(next, nextAt);
    const expected = replaced ? { ...next, copiedAt: nextAt } : { ...one, copiedAt: at };
    expect((await store.read(one.key.hash)).copy).toEqual(expected);
    expect((await store.byId(one.key.id))?.key).toEqual(expected.key);
  });

  test('the mark of a tenant is as its newest entry says, in whatever order they come', async () => {
    const { key } = known();
    const { tenant } = key;
    const isMarked = async () => (await store.read(`${run}-nothing`, key)).disabled;
    expect(await store.mark({ tenant, revision: 9 })).toBe(9);
    expect(await store.mark({ tenant, disabled: true, revision: 8 })).toBe(9);
    expect(await isMarked()).toBe(false);
    expect(await store.mark({ tenant, disabled: true, revision: 10 })).toBe(10);
    expect(await store.mark({ tenant, revision: 9 })).toBe(10);
    expect(await isMarked()).toBe(true);
    expect(await store.mark({ tenant, revision: 10 })).toBe(10);
    expect(await isMarked()).toBe(false);
  });

  test('a mark of which MongoDB knows nothing is above all that was heard of, and below what MongoDB says later', async () => {
    const { key } = known();
    const { tenant } = key;
    const now = Date.parse('2026-11-23T12:00:00.000Z');
    const isMarked = async () => (await store.read(`${run}-nothing`, key)).disabled;
    expect(await store.mark({ tenant, revision: now + 5000 })).toBe(now + 5000);
    await store.disable(tenant, now);
    expect(await isMarked()).toBe(true);
    expect(await store.mark({ tenant, revision: now + 5000 })).toBe(now + 5001);
    expect(await isMarked()).toBe(true);
    await store.disable(tenant, now + 6000);
    expect(await store.mark({ tenant, revision: now + 5999 })).toBe(now + 6000);
    expect(await store.mark({ tenant, revision: now + 6001 })).toBe(now + 6001);
    expect(await isMarked()).toBe(false);
  });
});

test('a copy that code without an order wrote is replaced', async () => {
  const one = known({ revision: 1 });
  const { key, tenant } = one;
  await redis.set(copyKey(key.hash), `1 ${JSON.stringify({ key, tenant, copiedAt: 99 })}`);
  expect((await copies.read(key.hash)).copy).toEqual({ ...one, copiedAt: 99 });
  await copies.write({ ...one, tenant: { ...tenant, waits: 9 } }, 5);
  expect((await copies.read(key.hash)).copy).toMatchObject({ tenant: { waits: 9 }, copiedAt: 5 });
});
