import { existsSync } from 'node:fs';
import { runDatabaseCommand } from '../../deploy/database.ts';
import { eventTypes } from '../../deploy/event-types.ts';

/** The module that fills a fresh database with products; the domain's. */
const seedModule = new URL('./seed.ts', import.meta.url);

/** Creates collections and indexes, and on stage local the documents that every example event needs. */
export async function prepareDatabase(mongoUri: string, stage: string, database = 'sluice'): Promise<void> {
  await runDatabaseCommand({ action: 'setup' }, { STAGE: stage, MONGODB_URI: mongoUri, MONGODB_DATABASE: database });
  if (stage !== 'local' || !existsSync(seedModule)) return;
  const { seed } = (await import(seedModule.href)) as {
    seed(options: { mongoUri: string; database: string; types: readonly string[] }): Promise<void>;
  };
  await seed({ mongoUri, database, types: eventTypes() });
}
