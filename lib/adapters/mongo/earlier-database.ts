import { ConfigError } from '../../core/errors.ts';
import type { MongoConnection } from './client.ts';
import { isNotAllowed, translated } from './errors.ts';

/** Where the data of every stage lay before each had a database of its own. */
const EARLIER_DATABASE = 'sluice';

/**
 * @throws ConfigError when the events of this stage may lie where those of all stages did (protocol: one-stage), unless the user may not
 * look there; DependencyError
 */
export async function checkNew(connection: MongoConnection): Promise<void> {
  if (!(await isNewBesideEarlier(connection))) return;
  const { databaseName } = connection.db;
  throw new ConfigError(
    `database "${databaseName}" is not set up, and there are events in "${EARLIER_DATABASE}", which was the name before: where those are of this stage, name it (MONGODB_DATABASE=${EARLIER_DATABASE}, deployed environment of the stage, in deploy/stages/); for a new stage say MONGODB_DATABASE=${databaseName}`,
  );
}

async function isNewBesideEarlier({ client, db }: MongoConnection): Promise<boolean> {
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
