import { type Collection, type Db, type Document, MongoServerError } from 'mongodb';
import { DuplicateKeyError, SluiceError } from '../../sdk/errors.ts';
import { translated } from './errors.ts';
import { type Index, sameKeys } from './schema.ts';

/** What became of the indexes of a collection, by their names. */
export interface IndexChanges {
  made: string[];
  changed: string[];
  dropped: string[];
  /** Nobody declares them; a unique one goes on refusing documents. */
  unused: string[];
}

const NAMED = 3;
const INDEX_NOT_FOUND = 27;

/**
 * Brings the indexes of a collection to what is declared. What takes another's place is built before that is dropped, so that at no time
 * there is neither; MongoDB lets others read and write meanwhile. An index that nothing declares any more is named, and dropped only when
 * that was asked for.
 * https://www.mongodb.com/docs/manual/core/index-creation/ https://www.mongodb.com/docs/manual/reference/command/collMod/#change-index-properties
 * @throws SluiceError `not-unique` that names documents which an index that is to be unique cannot hold; then that index is as it was
 */
export async function setUpIndexes(
  db: Db,
  name: string,
  wanted: readonly Index[],
  options: { dropUnused: boolean },
): Promise<IndexChanges> {
  const collection = db.collection(name);
  const there = (await translated(() => collection.indexes())).filter((one) => !sameKeys(one.key, { _id: 1 }));
  const names = new Set(there.map((one) => String(one.name)));
  const changes: IndexChanges = { made: [], changed: [], dropped: [], unused: [] };
  const serving = new Set<Document>();
  for (const one of wanted) {
    const standing = there.find((index) => isSame(index, one));
    if (!standing) {
      changes.made.push(await build(collection, one, names));
      continue;
    }
    serving.add(standing);
    const { expireAfterSeconds } = one.options;
    if (expireAfterSeconds === undefined || standing.expireAfterSeconds === expireAfterSeconds) continue;
    const index = { name: standing.name, expireAfterSeconds };
    await translated(() => db.command({ collMod: name, index }));
    changes.changed.push(String(standing.name));
  }
  for (const index of there.filter((one) => !serving.has(one))) {
    const replaced =
      index.unique !== true && wanted.some(({ keys, options: { unique } }) => unique && sameKeys(index.key, keys));
    if (!replaced && !options.dropUnused) changes.unused.push(String(index.name));
    else {
      await drop(collection, String(index.name));
      changes.dropped.push(String(index.name));
    }
  }
  return changes;
}

const isSame = (there: Document, { keys, options }: Index): boolean =>
  sameKeys(there.key, keys) && (there.unique === true) === (options.unique === true);

/** Under its usual name, or another one while that is taken: MongoDB knows indexes over the same fields apart by whether they are unique. */
async function build(collection: Collection, { keys, options }: Index, names: ReadonlySet<string>): Promise<string> {
  const usual = Object.entries(keys).flat().join('_');
  const name = names.has(usual) ? `${usual}_${options.unique ? 'unique' : 'plain'}` : usual;
  try {
    return await translated(() => collection.createIndex(keys, { ...options, name }), collection.collectionName);
  } catch (cause) {
    if (!(cause instanceof DuplicateKeyError)) throw cause;
    throw await notUnique(collection, Object.keys(keys), cause);
  }
}

/** Names documents by their ids: what they share may be somebody's address. */
async function notUnique(collection: Collection, fields: readonly string[], cause: Error): Promise<SluiceError> {
  const shared = Object.fromEntries(fields.map((field, place) => [`f${place}`, { $ifNull: [`$${field}`, null] }]));
  const pairs = await translated(() =>
    collection
      .aggregate([
        { $group: { _id: shared, first: { $first: '$_id' }, last: { $last: '$_id' }, count: { $sum: 1 } } },
        { $match: { count: { $gt: 1 } } },
        { $limit: NAMED },
      ])
      .toArray(),
  );
  const named = pairs.map(({ first, last }) => `${first} and ${last}`).join(', ');
  return new SluiceError(
    'not-unique',
    `${collection.collectionName} cannot be unique by (${fields.join(', ')}): documents share them, such as ${named}; nothing was changed there: mend them and run it again`,
    { cause },
  );
}

/** Another setup may have dropped it already. */
async function drop(collection: Collection, name: string): Promise<void> {
  try {
    await translated(() => collection.dropIndex(name));
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === INDEX_NOT_FOUND)) throw error;
  }
}
