import type { ClientSession, Filter } from 'mongodb';
import type { StoredKey, StoredTenant } from '../../core/access/key-entry.ts';
import { KEY_FORMAT, refuseNewer } from '../../core/format.ts';
import type { ApiKeys, KeysOf, KnownKey } from '../../ports/api-keys.ts';
import { writeAudit } from './audit.ts';
import { behind } from './behind.ts';
import { type TimeLeft, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeTimedCursor, encodeTimedCursor } from './cursor.ts';
import { inTransaction, unlessOthersWrite } from './in-transaction.ts';
import { expiry } from './record-updates.ts';
import { takePage } from './take-page.ts';

/** As long as the audit tells of it. */
const KEPT_DAYS = 400;
const USED_MS = 60_000;

type KeyDocument = Omit<StoredKey, 'id'> & { _id: string; format: number; expireAt?: Date };
type TenantDocument = Omit<StoredTenant, 'tenant'> & { _id: string; format: number };

interface Reading {
  left: TimeLeft;
  session?: ClientSession;
}

/**
 * Keys and tenants, on MongoDB. Calls throw DependencyError, also when others kept writing what is to be changed; NewerFormatError where
 * newer code wrote it, which may bind it by more than this code keeps; and whatever the decision throws.
 */
export function mongoApiKeys(connection: MongoConnection): ApiKeys {
  const { db, timeoutMs } = connection;
  const keys = db.collection<KeyDocument>('keys');
  const tenants = db.collection<TenantDocument>('tenants');
  const bounded = <Value>(operation: (left: TimeLeft) => Promise<Value>) => withinBudget(timeoutMs, operation);
  const changing = <Value>(work: (reading: Required<Reading>) => Promise<Value>): Promise<Value> =>
    unlessOthersWrite(
      'this key or tenant',
      inTransaction(connection, (session, left) => work({ session, left })),
    );

  async function tenantOf(tenant: string, { left, ...options }: Reading): Promise<StoredTenant> {
    const found = await tenants.findOne({ _id: tenant }, { ...options, ...left() });
    if (!found) return { tenant };
    const { _id, format, ...entry } = found;
    refuseNewer('the tenant', format, KEY_FORMAT);
    return { tenant, ...entry };
  }

  async function known(filter: Filter<KeyDocument>, reading: Reading): Promise<KnownKey | null> {
    const { left, ...options } = reading;
    const found = await keys.findOne(filter, { ...options, ...left() });
    if (!found) return null;
    const key = keyOf(found);
    return { key, tenant: await tenantOf(key.tenant, reading) };
  }

  return {
    byHash: (hash) => bounded((left) => known({ $or: [{ hash }, { 'before.hash': hash }] }, { left })),
    byId: (of, id) => bounded((left) => known({ _id: id, ...owner(of) }, { left })),
    list: (of, { limit, cursor }) =>
      bounded(async (left) => {
        const found = keys
          .find({ ...owner(of), ...(cursor !== undefined && olderThan(cursor)) }, left())
          .sort({ createdtime: -1, _id: -1 })
          .limit(limit + 1);
        const { items, more } = await takePage(found, limit);
        const last = items.at(-1);
        const next = more && last ? encodeTimedCursor('key', last.createdtime, last._id) : null;
        return { items: items.map(keyOf), next };
      }),
    create: ({ key, audit }) =>
      changing(async ({ session }) => {
        await keys.insertOne(documentOf(key), { session });
        await writeAudit(db, session, audit);
      }),
    change: (of, id, decide) =>
      changing(async (reading) => {
        const before = await known({ _id: id, ...owner(of) }, reading);
        const change = before && decide(before);
        if (!change) return before;
        const { session } = reading;
        await keys.replaceOne({ _id: id }, documentOf(change.key), { session });
        await writeAudit(db, session, change.audit);
        return { ...before, key: change.key };
      }),
    heard: async (id, hash) => {
      const { matchedCount } = await bounded(() => keys.updateOne({ _id: id, hash }, { $unset: { unheard: '' } }));
      return matchedCount === 1;
    },
    used: async (ids, at) => {
      const aMinuteAgo = new Date(Date.parse(at) - USED_MS).toISOString();
      const stale = { _id: { $in: [...ids] }, lastUsed: { $not: { $gt: aMinuteAgo } } };
      await bounded(() => keys.updateMany(stale, { $set: { lastUsed: at } }));
    },
    tenant: (tenant) => bounded((left) => tenantOf(tenant, { left })),
    putTenant: (_id, decide) =>
      changing(async (reading) => {
        const { session } = reading;
        const change = decide(await tenantOf(_id, reading));
        const { tenant: __, ...entry } = change.tenant;
        await tenants.replaceOne({ _id }, { ...entry, format: KEY_FORMAT }, { session, upsert: true });
        await writeAudit(db, session, change.audit);
        return change.tenant;
      }),
  };
}

const owner = (of: KeysOf): Filter<KeyDocument> => (of === 'all tenants' ? {} : { tenant: of.tenant });

function olderThan(cursor: string): Filter<KeyDocument> {
  const { at: time, _id } = decodeTimedCursor('key', cursor);
  return behind({ field: 'createdtime', time, _id }, 'newest first');
}

function keyOf({ _id: id, format, expireAt, ...key }: KeyDocument): StoredKey {
  refuseNewer('the key', format, KEY_FORMAT);
  return { id, ...key };
}

function documentOf({ id, ...key }: StoredKey): KeyDocument {
  const ends = [key.revoked, key.expires].filter((end) => end !== undefined).toSorted()[0];
  return {
    _id: id,
    ...key,
    format: KEY_FORMAT,
    ...(ends !== undefined && { expireAt: expiry(new Date(ends), KEPT_DAYS) }),
  };
}
