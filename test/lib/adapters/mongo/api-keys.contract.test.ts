import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mongoApiKeys } from '../../../../lib/adapters/mongo/api-keys.ts';
import { mongoAudit } from '../../../../lib/adapters/mongo/audit.ts';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import type { Grants, StoredKey, StoredTenant } from '../../../../lib/core/access/key-entry.ts';
import { NewerFormatError } from '../../../../lib/core/errors.ts';
import type { AuditEntry, AuditFilter } from '../../../../lib/ports/audit.ts';
import { testEngines } from '../../../support/engines.ts';
import { memoryApiKeys } from '../../../support/memory-keys.ts';
import { keyTime, storedKey } from '../../../support/stored-key.ts';

const engines = await testEngines();
const database = `test-${randomUUID().slice(0, 8)}`;
const connection = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 60_000 });
const { db } = connection;
const keys = mongoApiKeys(connection);
const audit = mongoAudit(connection);
beforeAll(() => setupDatabase(db, {}));
afterAll(async () => {
  await db.dropDatabase();
  await connection.close();
  await engines.stop();
});

const iso = (ms: number) => new Date(keyTime + ms).toISOString();
const by = { key: 'k', name: 'an operator' };
const told = (fields: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: iso(0), tenant: 'mine', by, action: 'key.created', subject: 's', request: 'r' },
  ...fields,
});
async function created(fields: Partial<StoredKey> = {}): Promise<StoredKey> {
  const { key } = storedKey(fields);
  await keys.create({ key, audit: told({ subject: key.id, tenant: key.tenant }) });
  return key;
}
const auditOf = async (subject: string) => {
  const { items } = await audit.list({ tenants: 'all' }, { limit: 200 });
  return items.filter((entry) => entry.subject === subject);
};

describe('a key', () => {
  test('is found by the text that opens it, the one before, and its id, with what is said of its tenant', async () => {
    const before = { hash: 'f'.repeat(64), last4: 'ffff', ends: iso(1000) };
    const key = await created({ before, tenant: 'told', rate: { requests: 5 }, types: ['a.b'], expires: iso(5000) });
    expect(await keys.byHash(key.hash)).toEqual({ key, tenant: { tenant: 'told' } });
    await keys.putTenant('told', () => ({
      tenant: { tenant: 'told', waits: 3, disabled: true, revision: 7 },
      audit: told(),
    }));
    const known = { key, tenant: { tenant: 'told', waits: 3, disabled: true, revision: 7 } };
    expect(await keys.byHash(key.hash)).toEqual(known);
    expect(await keys.byHash(before.hash)).toEqual(known);
    expect(await keys.byId({ tenant: 'told' }, key.id)).toEqual(known);
    expect(await keys.byId('all tenants', key.id)).toEqual(known);
    expect(await keys.byId({ tenant: 'mine' }, key.id)).toBeNull();
    expect(await keys.byHash('0'.repeat(64))).toBeNull();
  });

  test('is made and changed together with what is told of it, or not at all', async () => {
    const key = await created();
    expect(await auditOf(key.id)).toEqual([told({ subject: key.id })]);
    // The hash is another's, so the key is not written; the entry is neither.
    const second = { ...key, id: randomUUID() };
    await expect(keys.create({ key: second, audit: told({ subject: second.id }) })).rejects.toThrow('hash');
    expect(await auditOf(second.id)).toEqual([]);

    const revoked = { ...key, revoked: iso(1) };
    const change = { key: revoked, audit: told({ subject: key.id, action: 'key.revoked', at: iso(1) }) };
    expect(await keys.change({ tenant: 'theirs' }, key.id, () => change)).toBeNull();
    expect((await keys.change({ tenant: 'mine' }, key.id, () => change))?.key).toEqual(revoked);
    expect((await keys.byHash(key.hash))?.key).toEqual(revoked);
    expect((await keys.change('all tenants', key.id, () => null))?.key).toEqual(revoked);
    const refusing = keys.change('all tenants', key.id, () => {
      throw new RangeError('no');
    });
    await expect(refusing).rejects.toThrow(RangeError);
    expect((await auditOf(key.id)).map(({ action }) => action)).toEqual(['key.revoked', 'key.created']);
  });

  test('of two changes at once one sees what the other did', async () => {
    const key = await created();
    const seen: (string | undefined)[] = [];
    const rename = (name: string) =>
      keys.change('all tenants', key.id, (known) => {
        seen.push(known.key.name);
        return { key: { ...known.key, name: `${known.key.name}, ${name}` }, audit: told({ subject: key.id }) };
      });
    await Promise.all([rename('one'), rename('two')]);
    expect((await keys.byHash(key.hash))?.key.name.split(', ').toSorted()).toEqual(['a key', 'one', 'two']);
    expect(await auditOf(key.id)).toHaveLength(3);
    expect(new Set(seen).size).toBe(2);
  });

  test('leaves 400 days after it ended, by whatever ended it first', async () => {
    const leaves = async ({ hash }: StoredKey) => (await db.collection('keys').findOne({ hash }))?.expireAt;
    const later = (ms: number) => new Date(keyTime + ms + 400 * 86_400_000);
    expect(await leaves(await created())).toBeUndefined();
    expect(await leaves(await created({ expires: iso(5000) }))).toEqual(later(5000));
    expect(await leaves(await created({ expires: iso(5000), revoked: iso(7) }))).toEqual(later(7));
  });

  test('that newer code wrote is none that this code could judge', async () => {
    const key = await created();
    await db.collection<{ _id: string }>('keys').updateOne({ _id: key.id }, { $set: { format: 2 } });
    await expect(keys.byHash(key.hash)).rejects.toThrow(NewerFormatError);
    await db.collection<{ _id: string }>('keys').deleteOne({ _id: key.id });
  });

  test('is noted as used once a minute', async () => {
    const key = await created();
    const used = async (ms: number) => {
      await keys.used([key.id, 'unknown'], iso(ms));
      return (await keys.byHash(key.hash))?.key.lastUsed;
    };
    expect(await used(0)).toBe(iso(0));
    expect(await used(59_999)).toBe(iso(0));
    expect(await used(60_000)).toBe(iso(60_000));
    expect(await used(30_000)).toBe(iso(60_000));
  });
});

test.each([
  ['MongoDB', keys],
  ['memory, which stands for it in other tests', memoryApiKeys()],
])('in %s Redis has heard of a rotation, while nobody has rotated the key again', async (_, store) => {
  const { key } = storedKey({ unheard: ['one', 'two'], revision: 5 });
  await store.create({ key, audit: told({ subject: key.id }) });
  expect(await store.heard(key.id, 'another')).toBe(false);
  expect(await store.heard('none', key.hash)).toBe(false);
  expect((await store.byHash(key.hash))?.key).toEqual(key);
  const { unheard: __, ...heard } = key;
  for (const time of ['once', 'again']) {
    expect(await store.heard(key.id, key.hash), time).toBe(true);
    expect((await store.byHash(key.hash))?.key, time).toEqual(heard);
  }
});

describe('a list of keys', () => {
  test('is of one tenant or of all, newest first, in pages', async () => {
    const mine: StoredKey[] = [];
    for (const ms of [0, 0, 1, 2]) mine.push(await created({ tenant: 'paged', createdtime: iso(ms) }));
    const all: StoredKey[] = [];
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await keys.list({ tenant: 'paged' }, { limit: 3, ...(cursor && { cursor }) });
      all.push(...items);
      if (next === null) break;
      cursor = next;
    }
    expect(all.map(({ id }) => id).toSorted()).toEqual(mine.map(({ id }) => id).toSorted());
    expect(all.map(({ createdtime }) => createdtime)).toEqual([iso(2), iso(1), iso(0), iso(0)]);
    const everyone = await keys.list('all tenants', { limit: 200 });
    expect(everyone.items.length).toBeGreaterThan(4);
  });

  test('takes no cursor of another list', async () => {
    const { next } = await audit.list({ tenants: 'all' }, { limit: 1 });
    const cursor = next ?? '';
    await expect(keys.list('all tenants', { limit: 1, cursor })).rejects.toThrow('cursor did not come from');
  });
});

test('a tenant is what was said of it last, as a whole', async () => {
  const tenant = 'said';
  expect(await keys.tenant(tenant)).toEqual({ tenant });
  const seen: StoredTenant[] = [];
  const put = (entry: Partial<StoredTenant>) =>
    keys.putTenant(tenant, (before) => {
      seen.push(before);
      return { tenant: { tenant, ...entry }, audit: told({ tenant, reason: `${before.waits}` }) };
    });
  const first = { tenant, waits: 5, rate: { events: 7 }, revision: 3 };
  expect(await put(first)).toEqual(first);
  expect(await put({ disabled: true })).toEqual({ tenant, disabled: true });
  expect(seen).toEqual([{ tenant }, first]);
  expect(await keys.tenant(tenant)).toEqual({ tenant, disabled: true });
  expect((await audit.list({ tenants: [tenant] }, { limit: 5 })).items.map(({ reason }) => reason).toSorted()).toEqual([
    '5',
    'undefined',
  ]);
});

describe('the audit', () => {
  const entries: Partial<AuditEntry>[] = [
    { action: 'failure.replayed', type: 'a.b', source: '/s', pointers: ['/x'], before: '1', after: '2' },
    { action: 'failure.replayed', type: 'c.d', source: '/s' },
    { action: 'replay.started' },
    { action: 'key.created', by: { key: 'other', name: 'somebody' } },
    { action: 'failure.discarded', type: 'a.b', source: '/t', reason: 'r' },
  ];
  const list = async (filter: Partial<AuditFilter> = {}, within = {}, tenants: (string | null)[] = ['audited']) =>
    (await audit.list({ tenants, ...within }, { limit: 50, ...filter })).items.map(({ subject }) => subject);

  beforeAll(async () => {
    for (const [index, entry] of entries.entries()) {
      const { key } = storedKey({ tenant: 'audited-key' });
      await keys.create({ key, audit: told({ tenant: 'audited', subject: `${index}`, at: iso(index), ...entry }) });
    }
    const { key } = storedKey({ tenant: 'audited-key' });
    await keys.create({ key, audit: told({ tenant: null, subject: 'nobody’s', at: iso(9) }) });
  });

  test.each<[string, Partial<AuditFilter>, string[]]>([
    ['all', {}, ['4', '3', '2', '1', '0']],
    ['since, and until', { since: iso(1), until: iso(3) }, ['2', '1']],
    ['by id of a key', { by: 'k' }, ['4', '2', '1', '0']],
    ['by name', { by: 'somebody' }, ['3']],
    ['of an action', { action: 'failure.replayed' }, ['1', '0']],
  ])('shows %s, newest first', async (_, filter, subjects) => {
    expect(await list(filter)).toEqual(subjects);
  });

  test('is of the tenants that are named, or of all', async () => {
    expect(await list({}, {}, ['audited', null])).toEqual(['nobody’s', '4', '3', '2', '1', '0']);
    expect(await list({}, {}, [])).toEqual([]);
    expect((await audit.list({ tenants: 'all' }, { limit: 200 })).items.length).toBeGreaterThan(6);
  });

  test.each<[string, Pick<Grants, 'types' | 'sources'>, string[]]>([
    ['types', { types: ['a.b'] }, ['4', '3', '0']],
    ['sources', { sources: ['/s'] }, ['3', '1', '0']],
    ['both', { types: ['a.b'], sources: ['/s'] }, ['3', '0']],
  ])('leaves out what a key is not for: %s', async (_, within, subjects) => {
    expect(await list({}, within)).toEqual(subjects);
  });

  test('comes in pages, whole as it was written', async () => {
    const first = await audit.list({ tenants: ['audited'] }, { limit: 4 });
    const second = await audit.list({ tenants: ['audited'] }, { limit: 4, cursor: first.next ?? '' });
    expect(second).toEqual({ items: [told({ tenant: 'audited', subject: '0', ...entries[0] })], next: null });
  });

  test('leaves after 400 days', async () => {
    const document = await db.collection('audit').findOne({ subject: 'nobody’s' });
    expect(document?.expireAt).toEqual(new Date(keyTime + 9 + 400 * 86_400_000));
  });
});
