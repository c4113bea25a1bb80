import {
  type AggregateOptions,
  type ClientSession,
  type Db,
  type Document,
  type Collection as DriverCollection,
  MongoServerError,
} from 'mongodb';
import type { Collection } from '../../sdk/collection.ts';
import { bindTo, scopedOperation, without } from './collection-binding.ts';

/** What every operation is given: its transaction, and milliseconds that the server may take. */
export interface Bound {
  session: ClientSession;
  maxTimeMS: number;
}

/** What a collection is bound to. Both queue the operation into the transaction. */
export interface Scope {
  readonly tenant: string;
  readonly db: Db;
  run<Value>(operation: (options: Bound) => Promise<Value>): Promise<Value>;
  /** For what changes documents. */
  write: Scope['run'];
  /**
   * Keeps documents back that are to be inserted: their answer is known.
   * @returns undefined where they must be sent
   */
  hold(prepare: () => readonly Document[]): Promise<void> | undefined;
}

/**
 * The collection as a handler gets it (lib/sdk/collection.ts): every filter, insert and first stage carries the tenant, `_id` and `tenant` stay hidden.
 * What an operation is given is copied at once, whenever its turn comes. Throws CollectionError (code `collection-misused`) for what would reach around
 * tenant and transaction, and the errors of translate().
 */
export function tenantCollection<Doc extends Document>(
  target: DriverCollection,
  { tenant, db, run, write, hold }: Scope,
): Collection<Doc> {
  const name = target.collectionName;
  const bind = bindTo(name, tenant);
  const { owned, scoped, change, replacement, options } = bind;

  /** What cannot be prepared takes its turn all the same, and ends as any other operation that fails. */
  const prepared = <Value>(prepare: () => Operation<Value>): Operation<Value> => {
    try {
      return prepare();
    } catch (error) {
      return () => Promise.reject(error);
    }
  };
  const reads = <Value>(prepare: () => Operation<Value>): Promise<Value> => run(prepared(prepare));
  const writes = <Value>(prepare: () => Operation<Value>): Promise<Value> => write(prepared(prepare));
  /** As the server's manual says it: the driver's own methods cost more, because each settles anew all that it could be told. */
  const command = async (said: Document, { session, maxTimeMS }: Bound): Promise<Document> => {
    const answer = await db.command({ ...said, maxTimeMS }, { session, ignoreUndefined: true });
    if (answer.writeErrors) throw new MongoServerError(answer.writeErrors[0]);
    return answer;
  };
  const changed = async (q: Document, u: Document, how: Document, bound: Bound) => {
    const { n, nModified, upserted = [] } = await command({ update: name, updates: [{ q, u, ...how }] }, bound);
    return { matched: n - upserted.length, modified: nModified, upserted: upserted.length };
  };
  const removed = async (q: Document, limit: 0 | 1, bound: Bound): Promise<number> =>
    (await command({ delete: name, deletes: [{ q, limit }] }, bound)).n;

  return {
    insertOne: (document) =>
      hold(() => [owned(document)]) ??
      writes(() => {
        const own = owned(document);
        return async (bound) => void (await target.insertOne(own, bound));
      }),
    insertMany: (documents) =>
      hold(() => bind.list(documents, 'documents').map(owned)) ??
      writes(() => {
        const own = bind.list(documents, 'documents').map(owned);
        return async (bound) => void (own.length > 0 && (await target.insertMany(own, bound)));
      }),
    findOne: (filter, chosen) =>
      reads(() => {
        const [own, how] = [scoped(filter), options('find', chosen)];
        return async (bound) => without(await target.findOne<Doc>(own, { ...how, ...bound }));
      }),
    find: (filter, chosen) =>
      reads(() => {
        const [own, how] = [scoped(filter), options('find', chosen)];
        return async (bound) =>
          (await target.find<Doc>(own, { ...how, ...bound }).toArray()).map((document) => without(document));
      }),
    updateOne: (filter, update, chosen) =>
      writes(() => {
        const how = options('update', chosen);
        const [own, changes] = [scoped(filter), change(update, how.upsert)];
        return (bound) => changed(own, changes, how, bound);
      }),
    updateMany: (filter, update, chosen) =>
      writes(() => {
        const how = options('update', chosen);
        const [own, changes] = [scoped(filter), change(update, how.upsert)];
        return (bound) => changed(own, changes, { ...how, multi: true }, bound);
      }),
    replaceOne: (filter, document, chosen) =>
      writes(() => {
        const how = options('replace', chosen);
        const [own, whole] = [scoped(filter), replacement(document)];
        return async (bound) => counts(await target.replaceOne(own, whole, { ...how, ...bound }));
      }),
    findOneAndUpdate: (filter, update, chosen) =>
      writes(() => {
        const how = options('findOneAndUpdate', chosen);
        const [own, changes] = [scoped(filter), change(update, how.upsert)];
        const { projection: fields, returnDocument, sort, ...same } = how;
        const said = {
          findAndModify: name,
          query: own,
          update: changes,
          new: returnDocument === 'after',
          fields,
          ...same,
        };
        if (sort === undefined) return async (bound) => without<Doc>((await command(said, bound)).value);
        // A sort has many forms, which the driver reads. It types what it finds by the collection, which here is of any document.
        return async (bound) =>
          without((await target.findOneAndUpdate(own, changes, { ...how, ...bound })) as Doc | null);
      }),
    deleteOne: (filter) =>
      writes(() => {
        const own = scoped(filter);
        return (bound) => removed(own, 1, bound);
      }),
    deleteMany: (filter) =>
      writes(() => {
        const own = scoped(filter);
        return (bound) => removed(own, 0, bound);
      }),
    countDocuments: (filter) =>
      reads(() => {
        const own = scoped(filter);
        return (bound) => target.countDocuments(own, bound);
      }),
    distinct: (field, filter) =>
      reads(() => {
        const [name, own] = [bind.field(field), scoped(filter)];
        return (bound) => target.distinct(name, own, bound);
      }),
    aggregate: <Out extends Document>(pipeline: readonly Document[], chosen?: AggregateOptions) =>
      reads(() => {
        const [stages, how] = [bind.pipeline(pipeline), options('aggregate', chosen)];
        return (bound) => target.aggregate<Out>(stages, { ...how, ...bound }).toArray();
      }),
    bulkWrite: (operations) =>
      writes(() => {
        const own = bind.list(operations, 'operations').map((operation) => scopedOperation(operation, bind));
        return async (bound) => {
          if (own.length === 0) return { matched: 0, modified: 0, upserted: 0, inserted: 0, deleted: 0 };
          const done = await target.bulkWrite(own, bound);
          return { ...counts(done), inserted: done.insertedCount, deleted: done.deletedCount };
        };
      }),
  };
}

type Operation<Value> = (bound: Bound) => Promise<Value>;

const counts = (done: { matchedCount: number; modifiedCount: number; upsertedCount: number }) => ({
  matched: done.matchedCount,
  modified: done.modifiedCount,
  upserted: done.upsertedCount,
});
