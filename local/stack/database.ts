import { runDatabaseCommand } from '../../deploy/database.ts';
import { eventTypes } from '../../deploy/event-types.ts';
import { databaseOf } from '../../lib/core/adapter-options.ts';
import type { MongoEnvironment } from './environment.ts';
import { sow } from './seeds.ts';

/**
 * Creates collections and indexes, and on stage local the documents that the examples of event types need.
 * @throws ConfigError when the data of this stage may be in a database of another name
 */
export async function prepareDatabase(environment: MongoEnvironment, tell: (line: string) => void): Promise<void> {
  await runDatabaseCommand({ action: 'setup' }, { ...environment });
  if (environment.STAGE !== 'local') return;
  await sow({ mongoUri: environment.MONGODB_URI, database: databaseOf(environment), types: eventTypes() }, tell);
}
