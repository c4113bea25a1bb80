import type { MongoConnection } from './client.ts';
import { isNotAllowed, translated } from './errors.ts';

/** Where the data of every stage lay before each had a database of its own. */
export const EARLIER_DATABASE = 'sluice';

/**
 * Whether the database was never set up, and the earlier one beside it has events (protocol: one-stage).
 * @returns false too where the user may not look into the earlier one
 * @throws DependencyError
 */
export async function isNewBesideEarlier({ client, db }: MongoConnection): Promise<boolean> {
  const named = await translated(() => db.listCollections({ name: 'events' }, { nameOnly: true }).toArray());
  if (named.length > 0 || db.databaseName === EARLIER_DATABASE) return false;
  try {
    const earlier = client.db(EARLIER_DATABASE).collection('events');
    return (await translated(() => earlier.findOne({}, { projection: { _id: 1 } }))) !== null;
  } catch (error) {
    if (isNotAllowed(error)) return false;
    throw error;
  }
}
