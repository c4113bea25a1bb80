import { randomUUID } from 'node:crypto';
import type { Document } from 'mongodb';
import { translated } from '../lib/adapters/mongo/errors.ts';
import { setupDatabase } from '../lib/adapters/mongo/set-up.ts';
import { type Catalogue, catalogueOf } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import type { EventDefinition } from '../lib/sdk/definition.ts';
import { connectMongo, mongoPingOf, recordsOn } from '../lib/wiring/mongo.ts';
import { connectRedis, projectionsOn, redisPingOf, resultsOn } from '../lib/wiring/redis.ts';
import { testDatabases } from './databases.ts';
import { logInto } from './log-lines.ts';
import { openTenant, type Tenant, type TenantPorts } from './tenant.ts';

/** Databases for the handlers of some event types. */
export interface World extends AsyncDisposable {
  /** Opens a tenant with nothing in it. */
  tenant(): Tenant;
  /** Takes the databases down; for `afterAll`. */
  close(): Promise<void>;
}

/**
 * A world in which the handlers of these event types run as they do when they are deployed. Databases are started, and get
 * the indexes that are declared, when they are first used.
 *
 *     const world = testing([definition]);
 *     afterAll(world.close);
 *
 * @throws DefinitionError when definitions contradict each other
 */
export function testing(definitions: readonly EventDefinition[]): World {
  const catalogue = catalogueOf(definitions);
  const opened: (() => Promise<void>)[] = [];
  const open = lazy(async () => {
    const { ports, close } = await openDatabases(catalogue);
    opened.push(close);
    return ports;
  });
  const close = async () => {
    for (const end of opened.splice(0)) await end();
  };
  return {
    tenant: () => openTenant(`t-${randomUUID().slice(0, 8)}`, catalogue, open),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** As long as any machine may take. */
const PATIENT = { MONGODB_TIMEOUT_MS: '60000', REDIS_TIMEOUT_MS: '20000' };

async function openDatabases(catalogue: Catalogue): Promise<{ ports: TenantPorts; close(): Promise<void> }> {
  const { mongoUri, redisUrl, stop } = await testDatabases();
  const config = readConfig(['mongodb', 'redis', 'results', 'RETENTION_DAYS'], {
    ...PATIENT,
    SERVICE: 'testing',
    STAGE: 'local',
    MONGODB_URI: mongoUri,
    MONGODB_DATABASE: `test-${randomUUID().slice(0, 8)}`,
    REDIS_URL: redisUrl,
  });
  const mongo = connectMongo(config);
  const redis = connectRedis(config, logInto([]));
  await setupDatabase(mongo.db, catalogue.collections);

  const collectionOf = (name: string) => {
    if (Object.hasOwn(catalogue.collections, name)) return mongo.db.collection(name);
    const known = Object.keys(catalogue.collections).join(', ') || 'none';
    throw new Error(`no event type of this world declares the collection ${name}; known: ${known}`);
  };
  const ports: TenantPorts = {
    records: recordsOn(mongo, config),
    results: resultsOn(redis, config),
    projections: projectionsOn(redis),
    publisher: { publish: async (publications) => publications.map(() => 'sent') },
    queue: { changeVisibility: async (_, changes) => new Set(changes.map(({ receiptHandle }) => receiptHandle)) },
    // Done before.
    setup: async () => undefined,
    ping: { mongodb: mongoPingOf(mongo), redis: redisPingOf(redis) },
    // Nobody watches a test.
    metrics: { add: () => undefined },
    random: Math.random,
    newRun: randomUUID,
    insert: async (tenant, name, documents) => {
      const collection = collectionOf(name);
      await translated(() => collection.insertMany(documents.map((document) => ({ ...document, tenant }))), name);
    },
    find: async (tenant, name, filter, sort) => {
      const found = await collectionOf(name)
        .find({ ...filter, tenant })
        .sort(sort)
        .toArray();
      return found.map(withoutOwn);
    },
  };
  return {
    ports,
    close: async () => {
      await mongo.db.dropDatabase();
      await Promise.all([mongo.close(), redis.close()]);
      await stop();
    },
  };
}

const withoutOwn = ({ _id, tenant, ...rest }: Document): Document => rest;
