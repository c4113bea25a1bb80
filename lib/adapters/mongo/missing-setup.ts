import type { Db } from 'mongodb';
import type { MissingSetup } from '../../ports/missing-setup.ts';
import type { CollectionDeclaration } from '../../sdk/declarations.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { isNoCollection, isNotAllowed } from './errors.ts';
import { listIndexes, type StandingIndex } from './list-indexes.ts';
import { type CollectionPlan, type Index, planConsumers, sameKeys } from './schema.ts';

/**
 * Looks for what `db:setup` makes for consumers (protocol: setup-before-the-run).
 * An index that MongoDB is still building is missing; no run relies on a declared expiry.
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
  let there: StandingIndex[];
  try {
    there = await listIndexes(db, name);
  } catch (error) {
    if (isNoCollection(error)) return [`the collection ${name}`];
    if (isNotAllowed(error)) return [];
    throw error;
  }
  return indexes
    .filter((wanted) => !wanted.takesDocuments && !there.some((index) => serves(index, wanted)))
    .map(
      ({ keys, options }) =>
        `${options.unique ? 'the unique index' : 'the index'} ${name}(${Object.keys(keys).join(', ')})`,
    );
}

/** One that was declared unique and is not any more refuses what the handler lets pass, but misses nothing. */
const serves = (there: StandingIndex, { keys, options }: Index): boolean =>
  !there.isBuilding && sameKeys(there.key, keys) && (options.unique !== true || there.unique);
