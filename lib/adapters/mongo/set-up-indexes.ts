import { type Collection, type Db, MongoServerError } from 'mongodb';
import { DuplicateKeyError, SluiceError } from '../../sdk/errors.ts';
import { translated } from './errors.ts';
import { listIndexes, type StandingIndex } from './list-indexes.ts';
import { type Index, sameKeys } from './schema.ts';

/** What became of the indexes of a collection, by their names. */
export interface IndexChanges {
  made: string[];
  changed: string[];
  dropped: string[];
  /** Nobody declares them; a unique one goes on refusing documents. */
  unused: string[];
  /** Declared, and not done without a word, because documents would leave sooner. */
  left: string[];
}

export interface SetUpOptions {
  /** Indexes that nothing declares any more are dropped too. */
  dropUnused: boolean;
  /** Documents that are there may leave sooner than they would: by an expiry, or a shorter one. */
  expireSooner: boolean;
}

const NAMED = 3;
const INDEX_NOT_FOUND = 27;

/**
 * Brings the indexes of a collection to what is declared. What takes another's place is built before that is dropped, so that at no time
 * there is neither; MongoDB lets others read and write meanwhile. One that is being built is waited for. An index that nothing declares any
 * more is named, and dropped only when that was asked for.
 * https://www.mongodb.com/docs/manual/core/index-creation/ https://www.mongodb.com/docs/manual/reference/command/collMod/#change-index-properties
 * @throws SluiceError `not-unique` that names documents which an index that is to be unique cannot hold; then that index is as it was
 */
export async function setUpIndexes(
  db: Db,
  name: string,
  wanted: readonly Index[],
  options: SetUpOptions,
): Promise<IndexChanges> {
  const collection = db.collection(name);
  const there = (await translated(() => listIndexes(db, name))).filter((one) => !sameKeys(one.key, { _id: 1 }));
  const changes: IndexChanges = { made: [], changed: [], dropped: [], unused: [], left: [] };
  const serving = new Set<StandingIndex>();
  const builds: { one: Index; name: string }[] = [];
  for (const one of wanted) {
    const standing = there.find((index) => isSame(index, one));
    if (standing) serving.add(standing);
    if (!standing || standing.isBuilding) {
      if (!standing && !options.expireSooner && one.takesDocuments && !(await isEmpty(collection)))
        changes.left.push(`${usualName(one)} (documents that are there would leave)`);
      else builds.push({ one, name: standing?.name ?? freeName(one, there) });
      continue;
    }
    const { expireAfterSeconds } = one.options;
    const stood = standing.expireAfterSeconds;
    if (expireAfterSeconds === undefined || stood === expireAfterSeconds) continue;
    if (!options.expireSooner && (stood === undefined || expireAfterSeconds < stood)) {
      changes.left.push(`${standing.name} (expires after ${stood ?? 'no'} s, declared are ${expireAfterSeconds})`);
      continue;
    }
    const index = { name: standing.name, expireAfterSeconds };
    await translated(() => db.command({ collMod: name, index }));
    changes.changed.push(standing.name);
  }
  changes.made.push(...(await together(builds.map(({ one, name: named }) => build(collection, one, named)))));
  for (const index of there.filter((one) => !serving.has(one))) {
    const replaced =
      !index.unique && wanted.some(({ keys, options: { unique } }) => unique && sameKeys(index.key, keys));
    if (!replaced && !options.dropUnused) changes.unused.push(index.name);
    else {
      await drop(collection, index.name);
      changes.dropped.push(index.name);
    }
  }
  return changes;
}

/** All at once, so that each has begun whatever becomes of another. @throws what the first of them threw */
async function together(building: readonly Promise<string>[]): Promise<string[]> {
  return (await Promise.allSettled(building)).map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

const isSame = (there: StandingIndex, { keys, options }: Index): boolean =>
  sameKeys(there.key, keys) && there.unique === (options.unique === true);

const isEmpty = async (collection: Collection): Promise<boolean> =>
  (await translated(() => collection.findOne({}, { projection: { _id: 1 } }))) === null;

const usualName = ({ keys }: Index): string => Object.entries(keys).flat().join('_');

/** The usual name, or another one while that is taken: MongoDB knows indexes over the same fields apart by whether they are unique. */
function freeName(one: Index, there: readonly StandingIndex[]): string {
  const usual = usualName(one);
  const isTaken = there.some(({ name }) => name === usual);
  return isTaken ? `${usual}_${one.options.unique ? 'unique' : 'plain'}` : usual;
}

/** Ends when the index serves; where MongoDB is building it already, it waits for that. */
async function build(collection: Collection, { keys, options }: Index, name: string): Promise<string> {
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
