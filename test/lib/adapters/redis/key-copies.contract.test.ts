import { afterAll, describe, expect, test } from 'vitest';
import { redisKeyCopies } from '../../../../lib/adapters/redis/key-copies.ts';
import type { StoredKey } from '../../../../lib/core/access/key-entry.ts';
import { localKeys } from '../../../support/local-space.ts';
import { storedKey } from '../../../support/stored-key.ts';
import { openEngine } from './engine.ts';

const engine = await openEngine();
afterAll(engine.stop);
const { redis, run } = engine;
const copies = redisKeyCopies(engine.connect());
const { copyKey, endedKey, disabledKey } = localKeys;
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

  test('that a tenant is disabled is seen whoever is believed to own the text, and can be taken away', async () => {
    const one = known();
    await copies.write(one, 0);
    const { tenant, hash } = one.key;
    await copies.disable(tenant, true);
    expect(await redis.pttl(disabledKey(tenant))).toBeGreaterThan(DAY_MS);
    for (const believed of [undefined, tenant, `${run}-other`])
      expect(await copies.read(hash, believed)).toMatchObject({ disabled: true, ended: false });
    expect(await copies.read(`${run}-nothing`, tenant)).toEqual({ disabled: true, ended: false });
    await copies.disable(`${run}-other`, true);
    await copies.disable(tenant, false);
    for (const believed of [undefined, tenant, `${run}-other`])
      expect(await copies.read(hash, believed)).toMatchObject({ disabled: false });
  });
});
