import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { mongoApiKeys } from '../../lib/adapters/mongo/api-keys.ts';
import { connectMongo, type MongoConnection } from '../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../lib/adapters/mongo/set-up.ts';
import { deadLetterSuffix, queueSuffix, REPLAYS_SUFFIX } from '../../lib/core/names.ts';
import { localCredentials } from '../../local/engines/sqs/local-credentials.ts';
import { startReaper } from '../../local/stack/reaper.ts';
import { anEntry } from '../../test/support/a-change.ts';
import { keyOf } from '../../test/support/api-gateway.ts';
import { testEngines } from '../../test/support/engines.ts';
import { neutralFolder } from '../../test/support/neutral-events.ts';
import { storedKey } from '../../test/support/stored-key.ts';
import { bundlesOfCommit, bundlesOfYesterday, presentBundles } from './bundles.ts';
import { EARLIER } from './earlier.ts';
import { openQueues, type Queues } from './queues.ts';
import { type Side, sideOf } from './side.ts';

/** Versions of all functions on one database, as the present version sets it up, one Redis and the same queues. */
export interface RollingWorld {
  earlier: Side;
  present: Side;
  /** The present code a day before, when a refinement refused titles that begin with "later ". */
  yesterday: Side;
  mongo: MongoConnection;
  queues: Queues;
  /** Data of an event by its type. */
  examples: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Nothing of it is in a JSON Schema. */
const titleRule = {
  name: 'no title for later',
  file: 'functions/events/note.kept.ts',
  search: 'text: z.string().max(16_000).optional(),\n  }),',
  replace: `text: z.string().max(16_000).optional(),\n  }).refine(({ title }) => !title.startsWith('later '), 'is for later'),`,
};

/** @throws Error when one of the versions cannot be built */
export async function openRollingWorld(): Promise<RollingWorld> {
  const [engines, catalogue, earlier, present, yesterday] = await Promise.all([
    testEngines(),
    loadEventFolder(neutralFolder()),
    bundlesOfCommit(EARLIER),
    presentBundles(),
    bundlesOfYesterday(titleRule),
  ]);
  const prefix = `rolling-${process.pid}-`;
  const mongoOptions = { uri: engines.mongoUri, database: `rolling-${process.pid}`, timeoutMs: 5000 };
  const mongo = connectMongo(mongoOptions);
  const client = new SQSClient({ endpoint: engines.sqsEndpoint, region: 'us-east-1', credentials: localCredentials });
  const names = catalogue.entries.map(({ definition, ordered }) => queueSuffix(definition.type, ordered));
  const [queues] = await Promise.all([
    openQueues(client, prefix, [...names, deadLetterSuffix(false), deadLetterSuffix(true), REPLAYS_SUFFIX]),
    setupDatabase(mongo.db, catalogue.collections),
  ]);
  const environment = {
    SERVICE: 'rolling',
    STAGE: 'local',
    // Its functions and queues have names of their own.
    LETTER_SENDERS: 'any',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, '../../node_modules/.cache/node'),
    EVENT_TYPES: catalogue.types.join(','),
    QUEUE_URL_PREFIX: `${engines.sqsEndpoint}/000000000000/${prefix}`,
    SQS_ENDPOINT: engines.sqsEndpoint,
    REDIS_URL: engines.redisUrl,
    REDIS_TIMEOUT_MS: '2000',
    MONGODB_URI: mongoOptions.uri,
    MONGODB_DATABASE: mongoOptions.database,
    MONGODB_TIMEOUT_MS: '5000',
  };
  // Jobs are worked off for as long as the key that began them opens.
  const { key } = storedKey({ id: 'roller', tenant: 'local', scopes: ['operator'] });
  await mongoApiKeys(mongo).create({ key, audit: { ...anEntry, action: 'key.created', subject: key.id } });
  const reaper = startReaper();
  const sides = {
    earlier: sideOf(earlier, environment, {}, reaper.watch),
    present: sideOf(present, environment, keyOf('local', 'operator', key.id), reaper.watch),
    yesterday: sideOf(yesterday, environment, keyOf('local', 'operator', key.id), reaper.watch),
  };
  return {
    ...sides,
    mongo,
    queues,
    examples: Object.fromEntries(catalogue.entries.map(({ definition: { type, example } }) => [type, example])),
    async close() {
      await Promise.all(Object.values(sides).map((side) => side.end()));
      reaper.stop();
      client.destroy();
      await mongo.db.dropDatabase();
      await mongo.close();
      await engines.stop();
      for (const bundles of [earlier, present, yesterday]) bundles.remove();
    },
  };
}
