import type { Document } from 'mongodb';
import { serviceNameHere } from '../../../deploy/service-name.ts';
import { readConfig } from '../../../lib/core/config.ts';
import type { Projections } from '../../../lib/ports/projections.ts';
import type { ProjectionDeclaration } from '../../../lib/sdk/declarations.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { connectMongo } from '../../../lib/wiring/mongo.ts';
import { connectRedis, projectionsOn } from '../../../lib/wiring/redis.ts';
import type { Caller } from '../../stack/caller.ts';

/** What a timeline is run with. */
export interface StageAccess extends Stores {
  caller: Caller;
  /** How long an event may take. */
  seconds: number;
  /** Projections of the event types. */
  declared: Readonly<Record<string, ProjectionDeclaration>>;
}

/** What is behind the API of a stage, as far as it is reached from here. */
export interface Stores {
  /** Absent where MongoDB is not. */
  insert?(collection: string, documents: readonly Document[]): Promise<void>;
  /** Absent where Redis is not. */
  projections?: Pick<Projections, 'read'>;
}

/** A person waits longer than a request may. */
const PATIENCE_MS = 20_000;

/**
 * Connects to what the environment names.
 * @param environment STAGE; MONGODB_URI, MONGODB_DATABASE; REDIS_URL, REDIS_CLUSTER; WITHOUT_TLS; SERVICE unless it is that of serverless.yml
 * @throws ConfigError for variables that are missing or malformed
 */
export function openStores(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): { stores: Stores; close(): Promise<void> } {
  const given: typeof environment = { SERVICE: serviceNameHere(), ...environment };
  const mongo = given.MONGODB_URI
    ? connectMongo({ ...readConfig(['mongodb'], given), MONGODB_TIMEOUT_MS: PATIENCE_MS })
    : undefined;
  const redis = given.REDIS_URL
    ? connectRedis({ ...readConfig(['redis'], given), REDIS_TIMEOUT_MS: PATIENCE_MS }, log)
    : undefined;
  return {
    stores: {
      ...(mongo && {
        async insert(collection, documents) {
          await mongo.db.collection(collection).insertMany([...documents]);
        },
      }),
      ...(redis && { projections: projectionsOn(redis) }),
    },
    async close() {
      await Promise.all([mongo?.close(), redis?.close()]);
    },
  };
}
