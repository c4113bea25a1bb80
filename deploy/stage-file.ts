import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stageName } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { secretAddress, secretNameIn } from '../lib/core/secret-address.ts';
import { arnOf } from './arns.ts';
import { faultLines } from './stage-faults.ts';
import { fields } from './stage-fields.ts';
import { STAGE_SUFFIX, STAGES_FOLDER, stageFileName } from './stage-file-name.ts';
import { withoutNulls, withParameters } from './stage-parameters.ts';

const root = join(import.meta.dirname, '..');

/** In Secrets Manager; a key of its JSON may follow. */
const secretName = z
  .string()
  .refine(
    (text) => secretNameIn(text) !== undefined,
    'must be the name of a secret, of letters, digits and /_+=.@-, where a key of its JSON may follow (:SecretString:<key>), and no address',
  );

const secrets = z.strictObject({
  mongodbUri: secretName,
  redisUrl: secretName,
  /** For functions that only read. */
  mongodbReadUri: secretName.optional(),
  /** For the function that makes collections and indexes. */
  mongodbSetupUri: secretName.optional(),
  /** Of KMS, where they are encrypted with a key of one's own. */
  keyArn: arnOf('key').optional(),
});

/** What every stage decides stands without a default, so that a file says what is deployed. */
const deployed = z.strictObject({
  origins: fields.origins,
  memory: fields.memory,
  logs: fields.logs,
  retain: fields.retain,
  authorizerTtl: fields.authorizerTtl,
  throttle: fields.throttle,
  healthThrottle: fields.healthThrottle,
  secrets,
  functions: fields.functions.optional(),
  vpc: fields.vpc.optional(),
  domain: fields.domain.optional(),
  caFile: fields.caFile.optional(),
  withoutTls: fields.withoutTls.optional(),
  alarmTopic: fields.alarmTopic.optional(),
  alarms: fields.alarms.optional(),
  tracing: fields.tracing.optional(),
  servers: fields.servers.optional(),
  accountConcurrency: fields.accountConcurrency.optional(),
  environment: fields.environment.default({}),
  settings: fields.settings.default({}),
});

/** On this machine addresses are those of its engines, settings of event types are in .env files, and there are no layers. */
const local = deployed.omit({ secrets: true, settings: true, tracing: true });

/** Variables of functions that a stage says by another name, or that follow from what is deployed. */
const saidBy: Readonly<Record<string, string>> = {
  SERVICE: 'service of serverless.yml',
  STAGE: '--stage',
  EVENT_TYPE: 'the event files',
  EVENT_TYPES: 'the event files',
  QUEUE_URL_PREFIX: 'the names of service and stage',
  LETTER_SENDERS: 'what is deployed: letters are always checked',
  AUTHORIZER_CACHE_SECONDS: 'authorizerTtl',
  INGEST_CONCURRENCY: 'functions.ingest.reservedConcurrency',
  WITHOUT_TLS: 'withoutTls',
};

/**
 * The file of a stage that is there, from the project.
 * @throws ConfigError for a name that is none, and for a stage without a file, naming those that have one
 */
export function stageFileOf(stage: string, project: string = root): string {
  const fault = stageName.safeParse(stage).error?.issues[0]?.message;
  if (fault) throw new ConfigError(`stage "${stage}" ${fault}`);
  const file = stageFileName(stage);
  if (existsSync(join(project, file))) return file;
  const there = readdirSync(join(project, STAGES_FOLDER))
    .filter((name) => name.endsWith(STAGE_SUFFIX))
    .map((name) => name.slice(0, -STAGE_SUFFIX.length));
  throw new ConfigError(`${file} is missing: a stage is a file; there are ${there.toSorted().join(', ')}`);
}

/**
 * The settings of a stage: what its file says, and the command line in place of it (`custom.sluice`).
 * @param given `parameters` as `--param` has them; `content` of the file, as YAML
 * @throws ConfigError naming the file and each key that is missing, unknown or wrong
 */
export function stageSettings(given: {
  service: string;
  stage: string;
  content: unknown;
  parameters: readonly string[];
}): Record<string, unknown> {
  const { service, stage } = given;
  const schema = stage === 'local' ? local : deployed;
  const values = withParameters(withoutNulls(given.content), given.parameters, schema);
  const parsed = schema.safeParse(values);
  const faults = parsed.success
    ? Object.keys(parsed.data.environment)
        .filter((name) => name in saidBy)
        .map((name) => `environment.${name} is said by ${saidBy[name]}`)
    : faultLines(schema, parsed.error.issues, values);
  if (!parsed.success || faults.length > 0) throw new ConfigError(`${stageFileName(stage)}: ${faults.join('; ')}`);
  const { secrets: named, environment, ...others } = { secrets: undefined, ...parsed.data };
  return { service, stage, ...others, ...addressesOf(named, environment) };
}

/** Functions read secrets when they start: the template has names alone. What the environment says goes before. */
function addressesOf(named: z.output<typeof secrets> | undefined, environment: Readonly<Record<string, string>>) {
  const addressOf = (name: string | undefined) => (name ? secretAddress(name) : 'of this machine');
  const MONGODB_URI = addressOf(named?.mongodbUri);
  const REDIS_URL = addressOf(named?.redisUrl);
  return {
    environment: { MONGODB_URI, REDIS_URL, ...environment },
    ...(named?.mongodbReadUri && { mongodbReadUri: addressOf(named.mongodbReadUri) }),
    ...(named?.mongodbSetupUri && { mongodbSetupUri: addressOf(named.mongodbSetupUri) }),
    ...(named?.keyArn && { secretsKeyArn: named.keyArn }),
  };
}
