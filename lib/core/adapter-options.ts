import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import type { Renewing } from './renew.ts';
import { secretIn } from './secret-address.ts';

/** The database of a stage, unless another is named (protocol: one-stage). */
export const databaseOf = (config: { SERVICE: string; STAGE: string; MONGODB_DATABASE?: string | undefined }): string =>
  config.MONGODB_DATABASE ?? `${config.SERVICE}_${config.STAGE}`;

/** @throws ConfigError where only a secret is named: functions read it, commands are given the address */
function addressOf(variable: 'MONGODB_URI' | 'REDIS_URL', text: string): string {
  if (secretIn(text)) throw new ConfigError(`${variable} names a secret, which functions read: say the address itself`);
  return text;
}

export const mongoOptions = (config: Config<'mongodb'> & Renewing) => ({
  uri: addressOf('MONGODB_URI', config.MONGODB_URI),
  renew: config.renew?.MONGODB_URI,
  database: databaseOf(config),
  timeoutMs: config.MONGODB_TIMEOUT_MS,
});

/** For whoever waits for as long as it takes, rather than as a request may. */
export const patientMongoOptions = (config: Config<'mongodb'> & Renewing) => ({
  ...mongoOptions(config),
  timeoutMs: Math.max(config.MONGODB_TIMEOUT_MS, 10_000),
  silenceMs: 0,
});

/** What every key and channel of a stage in Redis begins with: `sluice:prod` (protocol: one-stage). */
export const keySpaceOf = (service: string, stage: string): string => `${service}:${stage}`;

export const redisOptions = (config: Config<'redis'> & Renewing) => ({
  url: addressOf('REDIS_URL', config.REDIS_URL),
  renew: config.renew?.REDIS_URL,
  cluster: config.REDIS_CLUSTER,
  space: keySpaceOf(config.SERVICE, config.STAGE),
  timeoutMs: config.REDIS_TIMEOUT_MS,
});

/** What an account may run at a time, unless AWS raises it: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export const ACCOUNT_CONCURRENCY = 1000;
/** Among how many environments a rate is shared out while Redis is silent, where no concurrency is reserved. */
const ENVIRONMENTS = 10;

/** Waiting may take half of ingest's concurrency at most. */
export const resultsOptions = (config: Config<'results'>) => ({
  deduplicationMs: config.DEDUPLICATION_HOURS * 3_600_000,
  perTenant: config.WAITS_PER_TENANT,
  inAll: Math.min(config.WAITS_IN_ALL, Math.floor((config.INGEST_CONCURRENCY ?? ACCOUNT_CONCURRENCY) / 2)),
});

export const limitsOptions = (config: Config<'limits'>) => ({
  rateLimit: config.RATE_LIMIT,
  environments: config.INGEST_CONCURRENCY ?? ENVIRONMENTS,
});

export const secretsOptions = (config: Config<'secrets'>) => ({ timeoutMs: config.SECRETS_TIMEOUT_MS });

export const sqsOptions = (config: Config<'sqs'>) => ({
  endpoint: config.SQS_ENDPOINT,
  timeoutMs: config.SQS_TIMEOUT_MS,
});
