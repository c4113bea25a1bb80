import { runDatabaseCommand } from '../../deploy/database.ts';
import { eventTypes } from '../../deploy/event-types.ts';
import { sow } from './seeds.ts';

/** Creates collections and indexes, and on stage local the documents that the examples of event types need. */
export async function prepareDatabase(
  mongoUri: string,
  stage: string,
  tell: (line: string) => void,
  database = 'sluice',
): Promise<void> {
  await runDatabaseCommand({ action: 'setup' }, { STAGE: stage, MONGODB_URI: mongoUri, MONGODB_DATABASE: database });
  if (stage === 'local') await sow({ mongoUri, database, types: eventTypes() }, tell);
}
