import { type LoadEvent, loadCatalogue } from '../core/catalogue.ts';
import type { SetUpDatabase } from '../deployment/set-up-in-time.ts';
import type { ConfigOf } from './functions/declaration.ts';
import type { setup } from './functions/setup.ts';
import { connectMongoPatiently, databaseSetupOn, missingSetupOf } from './mongo.ts';

/** The database of a stage as all its event types want it, on the real driver. The connection is made at first use. */
export const connectSetup =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof setup>): Promise<SetUpDatabase> => {
    const { collections } = await loadCatalogue(config.EVENT_TYPES, load);
    const mongo = connectMongoPatiently(config);
    return {
      setUp: databaseSetupOn(mongo, collections, { named: config.MONGODB_DATABASE !== undefined }),
      missing: missingSetupOf(mongo, collections),
    };
  };
