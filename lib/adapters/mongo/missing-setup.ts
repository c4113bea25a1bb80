import type { Db, Document } from 'mongodb';
import type { MissingSetup } from '../../ports/missing-setup.ts';
import type { CollectionDeclaration } from '../../sdk/declarations.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { isNoCollection, isNotAllowed } from './errors.ts';
import { type CollectionPlan, type Index, planConsumers, sameKeys } from './schema.ts';

/**
 * Looks for what `db:setup` makes for consumers (protocol: setup-before-the-run).
 * @param declarations of event files; Sluice's own collections are looked for in any case
 */
export const mongoMissingSetup =
  ({ db, timeoutMs }: MongoConnection, declarations: Readonly<Record<string, CollectionDeclaration>>): MissingSetup =>
  async () => {
    const plans = planConsumers(declarations);
    const missing = await withinBudget(timeoutMs, () => Promise.all(plans.map((plan) => missingOf(db, plan))));
    return missing.flat();
  };

async function missingOf(db: Db, { name, indexes }: CollectionPlan): Promise<string[]> {
  let there: Document[];
  try {
    there = await db.collection(name).indexes();
  } catch (error) {
    if (isNoCollection(error)) return [`the collection ${name}`];
    if (isNotAllowed(error)) return [];
    throw error;
  }
  return indexes
    .filter((wanted) => !there.some((index) => serves(index, wanted)))
    .map(
      ({ keys, options }) =>
        `${options.unique ? 'the unique index' : 'the index'} ${name}(${Object.keys(keys).join(', ')})`,
    );
}

/** One that was declared unique and is not any more refuses what the handler lets pass, but misses nothing. */
const serves = (there: Document, { keys, options }: Index): boolean =>
  sameKeys(there.key, keys) && (options.unique !== true || there.unique === true);
