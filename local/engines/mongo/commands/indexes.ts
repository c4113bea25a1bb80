import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import type { Collection } from '../storage/collection.ts';
import { Index, type IndexSpec } from '../storage/collection-index.ts';
import type { OpenTransaction } from '../storage/transaction.ts';
import { equal } from '../value/key.ts';
import { same } from '../value/same.ts';
import { type Doc, field, toNumber } from '../value/types.ts';
import { collectionName, documentIn, documentsIn } from './arguments.ts';
import { existing, unused } from './catalog.ts';
import { type Command, scopeOf, transactionOf, unblocked } from './context.ts';
import { specOf } from './index-spec.ts';

const MOST_INDEXES = 64;

/** https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
export const createIndexes: Command = {
  fields: ['indexes', 'commitQuorum'],
  inTransaction: true,
  writes: true,
  async run(context) {
    const name = collectionName(context);
    const specs = documentsIn(context.command, 'indexes', 'createIndexes').map((given) => specOf(context, given));
    if (specs.length === 0) throw new MongoFault('BadValue', 'Must specify at least one index to create');
    const { store } = context.services;
    const transaction = transactionOf(context);
    const before = store.find(context.database, name, transaction);
    const collection = await unblocked(context, () => store.make(context.database, name, transaction));
    const numIndexesBefore = collection.indexes.size;
    const fresh = specs.filter((spec) => !isThere(collection, spec));
    if (fresh.length > 0 && transaction) checkNew(collection, transaction);
    else if (fresh.length > 0) await unused(context, collection);
    const added: IndexSpec[] = [];
    try {
      for (const spec of fresh) {
        if (isThere(collection, spec)) continue;
        if (collection.indexes.size >= MOST_INDEXES)
          throw new MongoFault('CannotCreateIndex', `add index fails, too many indexes for ${collection.namespace}`);
        const partial = spec.partialFilterExpression;
        collection.addIndex(new Index(spec, partial && compileFilter(partial, scopeOf(context))));
        added.push(spec);
      }
    } catch (cause) {
      for (const spec of added) collection.dropIndex(spec);
      throw cause;
    }
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.size,
      createdCollectionAutomatically: before === undefined,
      ...(added.length === 0 && { note: 'all indexes already exist' }),
    };
  },
};

/**
 * https://www.mongodb.com/docs/manual/core/transactions/#create-collections-and-indexes-in-a-transaction
 * @throws MongoFault OperationNotSupportedInTransaction
 */
function checkNew(collection: Collection, transaction: OpenTransaction): void {
  if (collection.maker === transaction && [...collection.all(transaction)].length === 0) return;
  throw new MongoFault(
    'OperationNotSupportedInTransaction',
    `Cannot create new indexes on existing collection ${collection.namespace} in a multi-document transaction.`,
  );
}

/** @throws MongoFault IndexOptionsConflict or IndexKeySpecsConflict when another index stands in its place */
function isThere(collection: Collection, spec: IndexSpec): boolean {
  if (spec.key._id === 1 && Object.keys(spec.key).length === 1) return true;
  for (const { spec: other } of collection.indexes.values()) {
    const sameKey = JSON.stringify(other.key) === JSON.stringify(spec.key);
    const sameFilter = same(other.partialFilterExpression ?? null, spec.partialFilterExpression ?? null);
    const sameIndex =
      sameKey &&
      sameFilter &&
      (other.unique ?? false) === (spec.unique ?? false) &&
      (other.sparse ?? false) === (spec.sparse ?? false);
    const sameOptions = other.expireAfterSeconds === spec.expireAfterSeconds;
    if (other.name === spec.name) {
      if (sameIndex && sameOptions) return true;
      const wanted = `Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(other)}`;
      if (!sameIndex)
        throw new MongoFault(
          'IndexKeySpecsConflict',
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${wanted}`,
        );
      throw new MongoFault(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. ${wanted}`,
      );
    }
    if (sameIndex)
      throw new MongoFault('IndexOptionsConflict', `Index already exists with a different name: ${other.name}`);
  }
  return false;
}

/** None is ever being built, so whoever asks to be told of those is told of none. https://www.mongodb.com/docs/manual/reference/command/listIndexes/ */
export const listIndexes: Command = {
  fields: ['cursor', 'includeBuildUUIDs'],
  run(context) {
    const collection = existing(context, collectionName(context));
    const listed = [...collection.indexes.values()].map(
      ({ spec: { key, name, ...rest } }): Doc => ({ v: 2, key, name, ...rest }),
    );
    const batchSize = toNumber(field(documentIn(context.command, 'cursor', 'listIndexes') ?? {}, 'batchSize'));
    return {
      cursor: context.services.cursors.open(collection.namespace, listed.values(), {
        batchSize,
        session: context.role.session?.id,
      }),
    };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/dropIndexes/ */
export const dropIndexes: Command = {
  fields: ['index'],
  writes: true,
  async run(context) {
    const collection = existing(context, collectionName(context));
    await unused(context, collection);
    const nIndexesWas = collection.indexes.size;
    const { index } = context.command;
    const wanted: unknown[] = Array.isArray(index) ? index : [index];
    for (const one of wanted) {
      if (one === '*') {
        for (const { spec } of collection.indexes.values()) if (spec.name !== '_id_') collection.dropIndex(spec);
        continue;
      }
      const found = [...collection.indexes.values()].find(({ spec }) =>
        typeof one === 'string' ? spec.name === one : equal(spec.key, one),
      );
      if (!found) throw new MongoFault('IndexNotFound', `index not found with name [${String(one)}]`);
      if (found.spec.name === '_id_') throw new MongoFault('InvalidOptions', 'cannot drop _id index');
      collection.dropIndex(found.spec);
    }
    return { nIndexesWas };
  },
};
