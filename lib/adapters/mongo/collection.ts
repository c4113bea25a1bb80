import type {
  AggregateOptions,
  AnyBulkWriteOperation,
  ClientSession,
  Document,
  Collection as DriverCollection,
  UpdateFilter,
} from 'mongodb';
import { SluiceError } from '../../errors.ts';
import type { Collection } from '../../event.ts';

/** What a collection is bound to. `run` queues the operation into the transaction. */
export interface Scope {
  readonly tenant: string;
  run<Value>(operation: (options: { session: ClientSession }) => Promise<Value>): Promise<Value>;
}

const allowed = {
  find: ['projection', 'sort', 'skip', 'limit', 'hint'],
  update: ['upsert', 'arrayFilters', 'hint'],
  findOneAndUpdate: ['upsert', 'arrayFilters', 'hint', 'projection', 'sort', 'returnDocument'],
  replace: ['upsert', 'hint'],
  aggregate: ['hint', 'let'],
} as const;

/** Stages that reach other collections or run code, and operators that run code. */
const forbidden = new Set([
  '$lookup',
  '$unionWith',
  '$graphLookup',
  '$out',
  '$merge',
  '$documents',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$collStats',
  '$indexStats',
  '$planCacheStats',
  '$changeStream',
  '$where',
  '$function',
  '$accumulator',
]);

class CollectionError extends SluiceError {
  constructor(collection: string, message: string) {
    super('collection-misused', `collection ${collection}: ${message}`);
  }
}

/**
 * The collection as a handler gets it (lib/event.ts): every filter, insert and first stage carries the tenant, `_id` and `tenant` stay hidden.
 * Throws CollectionError (code `collection-misused`) for what would reach around that, and the errors of translate().
 */
export function tenantCollection<Doc extends Document>(
  target: DriverCollection,
  { tenant, run }: Scope,
): Collection<Doc> {
  const bind = binding(target.collectionName, tenant);
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

type Binding = ReturnType<typeof binding>;

function binding(name: string, tenant: string) {
  const misuse = (message: string): never => {
    throw new CollectionError(name, message);
  };
  return {
    misuse,
    scoped(filter: object): Document {
      if ('tenant' in filter) misuse('the tenant is added to every filter by Sluice');
      refuseForbidden(filter, misuse);
      return { tenant, ...filter };
    },
    owned(document: object): Document {
      if ('_id' in document) misuse('_id is given by Sluice; use a field of your own and declare it unique');
      return { ...document, tenant };
    },
    replacement: (document: Document): Document => ({ ...without(document), tenant }),
    change(update: object): UpdateFilter<Document> | Document[] {
      if (Array.isArray(update)) {
        refuseForbidden(update, misuse);
        return [...update, { $set: { tenant: { $literal: tenant } } }];
      }
      for (const [operator, fields] of Object.entries(update)) {
        if (!operator.startsWith('$'))
          misuse(`"${operator}" is no update operator; to replace a document use replaceOne`);
        const paths = operator === '$rename' ? Object.entries(fields).flat() : Object.keys(fields);
        if (paths.some((path) => /^(tenant|_id)(\.|$)/.test(String(path)))) misuse('tenant and _id cannot be changed');
      }
      return { ...update };
    },
    pipeline(stages: readonly Document[]): Document[] {
      refuseForbidden(stages, misuse);
      return [{ $match: { tenant } }, ...stages];
    },
    options(kind: keyof typeof allowed, chosen: object | undefined): Document {
      const known: readonly string[] = allowed[kind];
      const unknown = Object.keys(chosen ?? {}).filter((key) => !known.includes(key));
      if (unknown.length > 0)
        misuse(`option ${unknown.join(', ')} is not available in a handler; known: ${known.join(', ')}`);
      return { ...chosen };
    },
  };
}

function scopedOperation(
  operation: object,
  { scoped, owned, change, replacement, misuse }: Binding,
): AnyBulkWriteOperation {
  const [[kind, given] = ['nothing', {}], more] = Object.entries(operation);
  if (more) misuse('an operation of bulkWrite has one name');
  const { filter, upsert = false, arrayFilters, ...rest } = given;
  const how = { upsert, ...(arrayFilters && { arrayFilters }) };
  if (kind === 'insertOne') return { insertOne: { document: owned(rest.document) } };
  if (kind === 'updateOne') return { updateOne: { filter: scoped(filter), update: change(rest.update), ...how } };
  if (kind === 'updateMany') return { updateMany: { filter: scoped(filter), update: change(rest.update), ...how } };
  if (kind === 'replaceOne')
    return { replaceOne: { filter: scoped(filter), replacement: replacement(rest.replacement), upsert } };
  if (kind === 'deleteOne') return { deleteOne: { filter: scoped(filter) } };
  if (kind === 'deleteMany') return { deleteMany: { filter: scoped(filter) } };
  return misuse(`bulkWrite has no operation ${kind}`);
}

function refuseForbidden(value: unknown, misuse: (message: string) => never): void {
  if (Array.isArray(value)) for (const one of value) refuseForbidden(one, misuse);
  else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [key, inner] of Object.entries(value)) {
      if (forbidden.has(key)) misuse(`${key} could reach beyond the tenant or the transaction and is refused`);
      refuseForbidden(inner, misuse);
    }
  }
}

/** The document as a handler sees it. */
function without<Doc extends Document>(document: Doc): Doc;
function without<Doc extends Document>(document: Doc | null): Doc | null;
function without(document: Document | null): Document | null {
  if (!document) return null;
  const { _id, tenant, ...rest } = document;
  return rest;
}

const counts = (done: { matchedCount: number; modifiedCount: number; upsertedCount: number }) => ({
  matched: done.matchedCount,
  modified: done.modifiedCount,
  upserted: done.upsertedCount,
});
