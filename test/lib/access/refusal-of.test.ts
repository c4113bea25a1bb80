import { expect, test } from 'vitest';
import { makeKey } from '../../../lib/access/make-key.ts';
import { refusalOf } from '../../../lib/access/refusal-of.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { aChange } from '../../support/a-change.ts';
import { keysWorld } from '../../support/keys-world.ts';

async function world() {
  const { ports, keys, copies, clock } = keysWorld();
  const maker = { tenant: 'mine', scopes: ['failures:write', 'keys:write'] } as const;
  const expires = new Date(clock.now() + 60_000).toISOString();
  const { entry } = await makeKey({ name: 'a key', scopes: ['failures:write'], expires }, { ...aChange, maker }, ports);
  const stored = () => {
    const key = keys.all.get(entry.id);
    if (!key) throw new Error('there is no such key');
    return key;
  };
  return { keys, copies, clock, stored, id: entry.id, refusal: (id = entry.id) => refusalOf(id, ports) };
}

test('a key opens until it ends by its own date', async () => {
  const { refusal, clock } = await world();
  expect(await refusal()).toBeUndefined();
  clock.advance(60_000);
  expect(await refusal()).toBe('expired');
});

test('an end of MongoDB counts, and one that is in Redis alone', async () => {
  const inMongo = await world();
  inMongo.keys.all.set(inMongo.id, { ...inMongo.stored(), revoked: new Date(0).toISOString() });
  expect(await inMongo.refusal()).toBe('revoked');
  const inRedis = await world();
  await inRedis.copies.end([inRedis.stored().hash]);
  expect(await inRedis.refusal()).toBe('revoked');
});

test('so does the end of its tenant, and none of another', async () => {
  const { refusal, keys, copies } = await world();
  keys.tenants.set('theirs', { tenant: 'theirs', disabled: true });
  expect(await refusal()).toBeUndefined();
  keys.tenants.set('mine', { tenant: 'mine', disabled: true });
  expect(await refusal()).toBe('disabled');
  keys.tenants.delete('mine');
  await copies.disable('mine', 0);
  expect(await refusal()).toBe('disabled');
  await copies.mark({ tenant: 'mine', revision: 1 });
  expect(await refusal()).toBeUndefined();
});

test('a key that nobody has opens nothing', async () => {
  expect(await (await world()).refusal('another')).toBe('unknown');
});

test('while Redis is silent MongoDB’s word counts; while MongoDB is silent nobody can say', async () => {
  const { refusal, keys, copies } = await world();
  copies.silent = true;
  expect(await refusal()).toBeUndefined();
  keys.silent = true;
  await expect(refusal()).rejects.toThrow(DependencyError);
  copies.silent = false;
  await expect(refusal()).rejects.toThrow(DependencyError);
});
