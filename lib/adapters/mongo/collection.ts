import type { AggregateOptions, ClientSession, Document, Collection as DriverCollection } from 'mongodb';
import type { Collection } from '../../sdk/collection.ts';
import { bindTo, scopedOperation, without } from './collection-binding.ts';

/** What every operation is given: its transaction, and milliseconds that the server may take. */
export interface Bound {
  session: ClientSession;
  maxTimeMS: number;
}

/** What a collection is bound to. `run` queues the operation into the transaction. */
export interface Scope {
  readonly tenant: string;
  run<Value>(operation: (options: Bound) => Promise<Value>): Promise<Value>;
}

/**
 * The collection as a handler gets it (lib/sdk/collection.ts): every filter, insert and first stage carries the tenant, `_id` and `tenant` stay hidden.
 * Throws CollectionError (code `collection-misused`) for what would reach around that, and the errors of translate().
 */
export function tenantCollection<Doc extends Document>(
  target: DriverCollection,
  { tenant, run }: Scope,
): Collection<Doc> {
  const bind = bindTo(target.collectionName, tenant);
  const { owned, scoped, change, replacement, options } = bind;
  return {
    insertOne: (document) => run(async (bound) => void (await target.insertOne(owned(document), bound))),
    insertMany: (documents) => run(async (bound) => void (await target.insertMany(documents.map(owned), bound))),
    findOne: async (filter, chosen) =>
      without(await run((bound) => target.findOne<Doc>(scoped(filter), { ...options('find', chosen), ...bound }))),
    find: async (filter, chosen) => {
      const found = await run((bound) =>
        target.find<Doc>(scoped(filter), { ...options('find', chosen), ...bound }).toArray(),
      );
      return found.map((document) => without(document));
    },
    updateOne: (filter, update, chosen) =>
      run(async (bound) =>
        counts(await target.updateOne(scoped(filter), change(update), { ...options('update', chosen), ...bound })),
      ),
    updateMany: (filter, update, chosen) =>
      run(async (bound) =>
        counts(await target.updateMany(scoped(filter), change(update), { ...options('update', chosen), ...bound })),
      ),
    replaceOne: (filter, document, chosen) =>
      run(async (bound) =>
        counts(
          await target.replaceOne(scoped(filter), replacement(document), { ...options('replace', chosen), ...bound }),
        ),
      ),
    findOneAndUpdate: async (filter, update, chosen) =>
      // The driver types what it finds by the collection, which here is of any document.
      without(
        (await run((bound) =>
          target.findOneAndUpdate(scoped(filter), change(update), { ...options('findOneAndUpdate', chosen), ...bound }),
        )) as Doc | null,
      ),
    deleteOne: (filter) => run(async (bound) => (await target.deleteOne(scoped(filter), bound)).deletedCount),
    deleteMany: (filter) => run(async (bound) => (await target.deleteMany(scoped(filter), bound)).deletedCount),
    countDocuments: (filter) => run((bound) => target.countDocuments(scoped(filter), bound)),
    distinct: (field, filter) => run((bound) => target.distinct(field, scoped(filter), bound)),
    aggregate: <Out extends Document>(pipeline: readonly Document[], chosen?: AggregateOptions) =>
      run((bound) =>
        target.aggregate<Out>(bind.pipeline(pipeline), { ...options('aggregate', chosen), ...bound }).toArray(),
      ),
    bulkWrite: (operations) =>
      run(async (bound) => {
        const done = await target.bulkWrite(
          operations.map((operation) => scopedOperation(operation, bind)),
          bound,
        );
        return { ...counts(done), inserted: done.insertedCount, deleted: done.deletedCount };
      }),
  };
}

const counts = (done: { matchedCount: number; modifiedCount: number; upsertedCount: number }) => ({
  matched: done.matchedCount,
  modified: done.modifiedCount,
  upserted: done.upsertedCount,
});
