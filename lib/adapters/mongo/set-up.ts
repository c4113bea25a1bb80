import { type Db, MongoServerError } from 'mongodb';
import type { CollectionDeclaration } from '../../sdk/declarations.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { translated } from './errors.ts';
import { type CollectionPlan, planDatabase } from './schema.ts';
import { type IndexChanges, setUpIndexes } from './set-up-indexes.ts';

/** A collection after the setup. */
export interface SetUp extends IndexChanges {
  collection: string;
  created: boolean;
  indexes: number;
}

/**
 * Makes of a database what planDatabase says, whatever was declared before: collections, validators, indexes. May be repeated, also after it
 * ended in the middle.
 * @param options `dropUnused`: indexes that nothing declares any more are dropped too
 * @throws DependencyError, SluiceError `not-unique` or `setup-refused`
 */
export async function setupDatabase(
  db: Db,
  declarations: Readonly<Record<string, CollectionDeclaration>>,
  options: { dropUnused: boolean } = { dropUnused: false },
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
  created: boolean,
  options: { dropUnused: boolean },
): Promise<SetUp> {
  try {
    await translated(() =>
      created
        ? db.createCollection(name, { ...(validator && { validator }) })
        : db.command({ collMod: name, validator: validator ?? {} }),
    );
    const changes = await setUpIndexes(db, name, indexes, options);
    return { collection: name, created, indexes: indexes.length, ...changes };
  } catch (cause) {
    if (!(cause instanceof MongoServerError)) throw cause;
    throw new SluiceError('setup-refused', `MongoDB refused the setup of ${name}: ${cause.message}`, { cause });
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
