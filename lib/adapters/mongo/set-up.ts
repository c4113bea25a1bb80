import { type Db, type Document, MongoServerError } from 'mongodb';
import type { CollectionDeclaration } from '../../sdk/declarations.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { translated } from './errors.ts';
import { type CollectionPlan, planDatabase } from './schema.ts';
import { type IndexChanges, type SetUpOptions, setUpIndexes } from './set-up-indexes.ts';

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const NAMESPACE_EXISTS = 48;

/** A collection after the setup. */
export interface SetUp extends IndexChanges {
  collection: string;
  created: boolean;
  indexes: number;
}

/**
 * Makes of a database what planDatabase says, whatever was declared before: collections, validators, indexes. May be repeated, also after it
 * ended in the middle, and be run twice at a time.
 * @param options without them, as a person who runs it wants it
 * @throws DependencyError, SluiceError `not-unique` or `setup-refused`
 */
export async function setupDatabase(
  db: Db,
  declarations: Readonly<Record<string, CollectionDeclaration>>,
  options: SetUpOptions = { dropUnused: false, expireSooner: true },
): Promise<SetUp[]> {
  const existing = new Set(
    (await translated(() => db.listCollections({}, { nameOnly: true }).toArray())).map(({ name }) => name),
  );
  const plans = planDatabase(declarations);
  const ends = await Promise.allSettled(plans.map((plan) => setUp(db, plan, !existing.has(plan.name), options)));
  // One that cannot be set up ends nothing that others have begun.
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

async function setUp(
  db: Db,
  { name, validator, indexes }: CollectionPlan,
  isNew: boolean,
  options: SetUpOptions,
): Promise<SetUp> {
  try {
    const created = isNew && (await create(db, name, validator));
    const changes = await setUpIndexes(db, name, indexes, options);
    // Last: where an index cannot be made, the code from before goes on, and its documents would be refused.
    if (!created) await translated(() => db.command({ collMod: name, validator: validator ?? {} }));
    return { collection: name, created, indexes: indexes.length, ...changes };
  } catch (cause) {
    if (!(cause instanceof MongoServerError)) throw cause;
    throw new SluiceError('setup-refused', `MongoDB refused the setup of ${name}: ${cause.message}`, { cause });
  }
}

/** @returns whether it was made; another setup may have made it meanwhile */
async function create(db: Db, name: string, validator: Document | undefined): Promise<boolean> {
  try {
    await translated(() => db.createCollection(name, { ...(validator && { validator }) }));
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_EXISTS) return false;
    throw error;
  }
}

/** Drops the collections of planDatabase, and nothing else. @returns their names */
export async function dropDatabase(
  db: Db,
  declarations: Readonly<Record<string, CollectionDeclaration>>,
): Promise<string[]> {
  const names = planDatabase(declarations).map(({ name }) => name);
  for (const name of names) await translated(() => db.collection(name).drop());
  return names;
}
