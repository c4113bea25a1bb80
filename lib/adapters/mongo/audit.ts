import type { ClientSession, Db, Filter } from 'mongodb';
import type { Bounds } from '../../core/access/key-entry.ts';
import { uuidv7 } from '../../core/uuid.ts';
import type { Audit, AuditEntry, AuditFilter } from '../../ports/audit.ts';
import { behind } from './behind.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeTimedCursor, encodeTimedCursor } from './cursor.ts';
import { expiry } from './record-updates.ts';
import { takePage } from './take-page.ts';
import { ofTenants } from './within.ts';

const KEPT_DAYS = 400;

type AuditDocument = AuditEntry & { _id: string; expireAt: Date };

const entriesIn = (db: Db) => db.collection<AuditDocument>('audit');

/** Tells of a change, in its transaction: the one way in which an entry is written. None is changed, ever. */
export async function writeAudit(db: Db, session: ClientSession, entry: AuditEntry): Promise<void> {
  const at = new Date(entry.at);
  const document = { _id: uuidv7(at.getTime()), ...entry, expireAt: expiry(at, KEPT_DAYS) };
  await entriesIn(db).insertOne(document, { session });
}

/** What was done, read on MongoDB. Calls throw DependencyError. */
export const mongoAudit = ({ db, timeoutMs }: Pick<MongoConnection, 'db' | 'timeoutMs'>): Audit => ({
  list: ({ tenants, ...bounds }, { limit, ...filter }) =>
    withinBudget(timeoutMs, async (left) => {
      const found = entriesIn(db)
        .find({ $and: [ofTenants(tenants), ...matching(filter), ...inside(bounds)] }, left())
        .sort({ at: -1, _id: -1 })
        .limit(limit + 1);
      const { items, more } = await takePage(found, limit);
      const last = items.at(-1);
      const next = more && last ? encodeTimedCursor('audit', last.at, last._id) : null;
      return { items: items.map(({ _id, expireAt, ...entry }) => entry), next };
    }),
});

function matching({ since, until, by, action, cursor }: Omit<AuditFilter, 'limit'>): Filter<AuditDocument>[] {
  return [
    ...(since ? [{ at: { $gte: since } }] : []),
    ...(until ? [{ at: { $lt: until } }] : []),
    ...(action ? [{ action }] : []),
    ...(by === undefined ? [] : [{ $or: [{ 'by.key': by }, { 'by.name': by }] }]),
    ...(cursor === undefined ? [] : [olderThan(cursor)]),
  ];
}

function olderThan(cursor: string): Filter<AuditDocument> {
  const { at: time, _id } = decodeTimedCursor('audit', cursor);
  return behind({ field: 'at', time, _id }, 'newest first');
}

/** What is done to keys and tenants is of no event type. */
const ofNone: Filter<AuditDocument> = {
  action: { $in: ['key.created', 'key.rotated', 'key.revoked', 'tenant.changed'] },
};

const inside = ({ types, sources }: Bounds): Filter<AuditDocument>[] => [
  ...(types ? [{ $or: [ofNone, { type: { $in: [...types] } }] }] : []),
  ...(sources ? [{ $or: [ofNone, { source: { $in: [...sources] } }] }] : []),
];
