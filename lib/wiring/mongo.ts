import { mongoApiKeys } from '../adapters/mongo/api-keys.ts';
import { mongoAudit } from '../adapters/mongo/audit.ts';
import { connectMongo as connect, type MongoConnection, mongoPing } from '../adapters/mongo/client.ts';
import { mongoDesk } from '../adapters/mongo/desk.ts';
import { checkNew } from '../adapters/mongo/earlier-database.ts';
import { mongoFailures } from '../adapters/mongo/failures.ts';
import { mongoMissingSetup } from '../adapters/mongo/missing-setup.ts';
import { mongoOpenFailures } from '../adapters/mongo/open-failures.ts';
import { mongoEventQueries, mongoFailureQueries } from '../adapters/mongo/queries.ts';
import { mongoRecords } from '../adapters/mongo/records.ts';
import { mongoReplayJobs } from '../adapters/mongo/replay-jobs.ts';
import { setupDatabase } from '../adapters/mongo/set-up.ts';
import { mongoSettledRecords } from '../adapters/mongo/settled-records.ts';
import { mongoOptions, patientMongoOptions } from '../core/adapter-options.ts';
import type { Config } from '../core/config.ts';
import type { Renewing } from '../core/renew.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Audit } from '../ports/audit.ts';
import type { DatabaseSetup } from '../ports/database-setup.ts';
import type { EventQueries } from '../ports/event-queries.ts';
import type { FailureDesk } from '../ports/failure-desk.ts';
import type { FailureQueries } from '../ports/failure-queries.ts';
import type { Failures } from '../ports/failures.ts';
import type { MissingSetup } from '../ports/missing-setup.ts';
import type { OpenFailures } from '../ports/open-failures.ts';
import type { Ping } from '../ports/ping.ts';
import type { Records } from '../ports/records.ts';
import type { ReplayJobs } from '../ports/replay-jobs.ts';
import type { SettledRecords } from '../ports/settled-records.ts';
import type { CollectionDeclaration } from '../sdk/declarations.ts';

/** What MongoDB is for: every port that it serves. */
export type Mongo = MongoConnection;

/** The connection is made at first use. */
export const connectMongo = (config: Config<'mongodb'> & Renewing): Mongo => connect(mongoOptions(config));

const expiring = ({ RETENTION_DAYS }: Config<'RETENTION_DAYS'>) => ({ expireAfterDays: RETENTION_DAYS });

export const recordsOn = (mongo: Mongo, config: Config<'RETENTION_DAYS'>): Records =>
  mongoRecords(mongo, expiring(config));

export const failureDeskOn = (mongo: Mongo, config: Config<'RETENTION_DAYS'>): FailureDesk =>
  mongoDesk(mongo, expiring(config));

export const replayJobsOn = (mongo: Mongo, config: Config<'RETENTION_DAYS'>): ReplayJobs =>
  mongoReplayJobs(mongo, expiring(config));

export const failuresOn = (mongo: Mongo): Failures => mongoFailures(mongo);

export const eventQueriesOn = (mongo: Mongo): EventQueries => mongoEventQueries(mongo);

export const failureQueriesOn = (mongo: Mongo): FailureQueries => mongoFailureQueries(mongo);

export const openFailuresOn = (mongo: Mongo): OpenFailures => mongoOpenFailures(mongo);

export const apiKeysOn = (mongo: Mongo): ApiKeys => mongoApiKeys(mongo);

export const auditOn = (mongo: Mongo): Audit => mongoAudit(mongo);

export const settledRecordsOn = (mongo: Mongo): SettledRecords => mongoSettledRecords(mongo);

export const missingSetupOf = (
  mongo: Mongo,
  declarations: Readonly<Record<string, CollectionDeclaration>>,
): MissingSetup => mongoMissingSetup(mongo, declarations);

/** For what may take long: an index of a large collection is built for hours, without a word. */
export const connectMongoPatiently = (config: Config<'mongodb'> & Renewing): Mongo =>
  connect(patientMongoOptions(config));

/** As a deployment sets a database up: it takes nothing away. @param named whether the stage says which database it is */
export const databaseSetupOn =
  (
    mongo: Mongo,
    declarations: Readonly<Record<string, CollectionDeclaration>>,
    { named }: { named: boolean },
  ): DatabaseSetup =>
  async () => {
    if (!named) await checkNew(mongo);
    return setupDatabase(mongo.db, declarations, { dropUnused: false, expireSooner: false });
  };

export const mongoPingOf = (mongo: Mongo): Ping => mongoPing(mongo);
