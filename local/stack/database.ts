import { setUpHere, unusedLine } from '../../deploy/database.ts';
import { eventTypes } from '../../deploy/event-types.ts';
import { databaseOf } from '../../lib/core/adapter-options.ts';
import type { Catalogue } from '../../lib/core/catalogue.ts';
import type { MongoEnvironment } from './environment.ts';
import { sow } from './seeds.ts';

/**
 * Creates collections and indexes, and on stage local the documents that the examples of event types need.
 * @throws ConfigError when the data of this stage may be in a database of another name
 */
export async function prepareDatabase(environment: MongoEnvironment, tell: (line: string) => void): Promise<void> {
  await setUp(environment, tell);
  if (environment.STAGE !== 'local') return;
  await sow({ mongoUri: environment.MONGODB_URI, database: databaseOf(environment), types: eventTypes() }, tell);
}

/**
 * Creates collections and indexes, and tells of what nothing declares any more: it refuses documents as before, which nobody expects.
 * @param declared collections of event files; those that are there unless said otherwise
 * @throws as setUpHere
 */
export async function setUp(
  environment: MongoEnvironment,
  tell: (line: string) => void,
  declared?: Catalogue['collections'],
): Promise<void> {
  const unused = unusedLine((await setUpHere({ ...environment }, declared)).rows);
  if (unused !== undefined) tell(`${unused}, with STAGE=${environment.STAGE} and MONGODB_URI='…' as in the banner`);
}
