import { type Binary, serialize } from 'bson';
import { queryScope } from './query/compile.ts';
import { compileFilter } from './query/match.ts';
import type { Collection } from './storage/collection.ts';
import { recordKey } from './storage/collection.ts';
import { Index, type IndexSpec } from './storage/collection-index.ts';
import type { CollectionOptions } from './storage/options.ts';
import type { Store } from './storage/store.ts';
import type { Doc } from './value/types.ts';
import { decode } from './wire.ts';

/** What a record of a snapshot is: its first byte; the rest is one BSON document. */
const COLLECTION = 1;
const DOCUMENT = 2;

/** A collection without its documents, which follow it. */
interface SavedCollection {
  database: string;
  name: string;
  uuid: Binary;
  options: CollectionOptions;
  indexes: IndexSpec[];
}

/**
 * Everything that is committed at the moment in which the first record is asked for, however long the others are waited for: it is read
 * through a transaction, which also keeps definitions as they are. Sessions, cursors and open transactions are no part of it.
 * @returns records of one document each
 */
export function* save(store: Store): Generator<Uint8Array, void, undefined> {
  const view = store.begin();
  try {
    const collections = [...store.collections()].filter(({ maker }) => maker === null);
    for (const collection of collections) view.touched.add(collection);
    for (const collection of collections) {
      yield recordOf(COLLECTION, { ...savedOf(collection) });
      for (const { document } of collection.all(view)) yield recordOf(DOCUMENT, document);
    }
  } finally {
    store.abort(view);
  }
}

/**
 * Puts into an empty store what `save` gave.
 * @throws Error when a record is none of these; what came before it is there
 */
export async function restore(store: Store, records: AsyncIterable<Uint8Array>): Promise<void> {
  let collection: Collection | undefined;
  for await (const record of records) {
    const { document } = decode(Buffer.from(record.subarray(1)), 0);
    if (record[0] === COLLECTION) collection = makeCollection(store, document as unknown as SavedCollection);
    else if (record[0] === DOCUMENT && collection) collection.write(recordKey(document), document, 'insert', null);
    else throw new Error(`no record of a MongoDB: it begins with ${record[0]}`);
  }
}

function recordOf(kind: number, document: Doc): Uint8Array {
  const bytes = serialize(document);
  const record = Buffer.allocUnsafe(1 + bytes.length);
  record[0] = kind;
  record.set(bytes, 1);
  return record;
}

const savedOf = ({ database, name, uuid, options, indexes }: Collection): SavedCollection => ({
  database,
  name,
  uuid,
  options,
  indexes: [...indexes.values()].map(({ spec }) => spec),
});

function makeCollection(store: Store, { database, name, uuid, options, indexes }: SavedCollection): Collection {
  const collection = store.make(database, name, null, options, uuid);
  const scope = queryScope(() => undefined);
  for (const spec of indexes) {
    const { partialFilterExpression: partial } = spec;
    if (spec.name !== '_id_') collection.addIndex(new Index(spec, partial && compileFilter(partial, scope)));
  }
  return collection;
}
