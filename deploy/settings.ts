import { z } from 'zod';
import { MAX_DATABASE_NAME_BYTES, serviceName, stageName } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { tlsFault, withoutTls } from '../lib/core/tls.ts';
import { faultLines } from './stage-faults.ts';
import { fields } from './stage-fields.ts';
import { stageFileName } from './stage-file-name.ts';

const settings = z.strictObject({
  service: serviceName,
  stage: stageName,
  origins: fields.origins,
  environment: fields.environment,
  /** The address of MongoDB for functions that only read: that of a user who may do no more. */
  mongodbReadUri: z.string().min(1).nullish(),
  /** And for the function that sets the database up: that of a user who may do that. */
  mongodbSetupUri: z.string().min(1).nullish(),
  /** By which the secrets of addresses are encrypted, where it is not AWS's own. */
  secretsKeyArn: z.string().nullish(),
  settings: fields.settings.default({}),
  memory: fields.memory.default(1024),
  functions: fields.functions.default({}),
  logs: fields.logs.nullish(),
  retain: fields.retain.default(false),
  authorizerTtl: fields.authorizerTtl.default(60),
  throttle: fields.throttle.default({ rate: 10_000, burst: 5000 }),
  healthThrottle: fields.healthThrottle.default({ rate: 10, burst: 20 }),
  vpc: fields.vpc.nullish(),
  domain: fields.domain.nullish(),
  caFile: fields.caFile.nullish(),
  withoutTls: fields.withoutTls.nullish(),
  alarmTopic: fields.alarmTopic.nullish(),
  alarms: fields.alarms.default({ byType: false, openFailures: 0 }),
  tracing: fields.tracing.nullish(),
  servers: fields.servers.nullish(),
  accountConcurrency: fields.accountConcurrency.nullish(),
});

const schema = settings.superRefine(({ service, stage, ...rest }, { addIssue }) => {
  if (stage !== 'local') for (const fault of tlsFaults(rest)) addIssue(fault);
  if (rest.alarmTopic && rest.alarms.mail !== undefined)
    addIssue('alarms.mail is sent by the topic that a stage makes, and alarmTopic names another: subscribe to that');
  const database = `${service}_${stage}`;
  if (database.length > MAX_DATABASE_NAME_BYTES)
    addIssue(
      `"${database}" (<service>_<stage>) has ${database.length} characters; a database's name has ${MAX_DATABASE_NAME_BYTES} at most`,
    );
});

/** Of addresses that stand in the settings; what stands elsewhere is looked at when a function starts. */
function tlsFaults({ environment, withoutTls: named, ...others }: Pick<Settings, TlsSettings>): string[] {
  const addresses = [
    ['environment.MONGODB_URI', 'mongodb', environment.MONGODB_URI],
    ['mongodbReadUri', 'mongodb', others.mongodbReadUri],
    ['mongodbSetupUri', 'mongodb', others.mongodbSetupUri],
    ['environment.REDIS_URL', 'redis', environment.REDIS_URL],
  ] as const;
  return addresses.flatMap(([name, reached, address]) => {
    const isHere = /^(mongodb|rediss?)\b[^:]*:\/\//.test(address ?? '') && !named?.includes(reached);
    const fault = isHere ? withoutTls[reached](address ?? '') : undefined;
    return fault ? [tlsFault(name, reached, fault)] : [];
  });
}
type TlsSettings = 'environment' | 'mongodbReadUri' | 'mongodbSetupUri' | 'withoutTls';

/** What is known of one stage (`custom.sluice` of serverless.yml): its file, with the names of service and stage. */
export type Settings = z.output<typeof schema>;

/** On stage local there is no AWS: no API Gateway before the routes, no addresses in the environment. */
export const isLocal = ({ stage }: Pick<Settings, 'stage'>): boolean => stage === 'local';

/** How a fault of a stage's values begins: with its file. */
export const ofStage = ({ stage }: Pick<Settings, 'stage'>): string => stageFileName(stage);

/** @throws ConfigError that lists every fault */
export function parseSettings(given: unknown): Settings {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const stage = typeof given === 'object' && given && 'stage' in given ? String(given.stage) : '';
  throw new ConfigError(`${ofStage({ stage })}: ${faultLines(settings, parsed.error.issues, given).join('; ')}`);
}
