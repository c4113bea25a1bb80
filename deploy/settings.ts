import { z } from 'zod';
import { MAX_DATABASE_NAME_BYTES, serviceName, stageName } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { encrypted, tlsFault, withoutTls } from '../lib/core/tls.ts';

/** Requests a second, and at once. */
const throttle = z.strictObject({ rate: z.number().min(1), burst: z.int().min(1) });

const settings = z.strictObject({
  service: serviceName,
  stage: stageName,
  /** Values of variables of lib/core/config.ts; each function gets those that it reads. */
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)),
  /** Web origins that may call from a browser. */
  origins: z.array(z.string()),
  /** Where MongoDB and Redis are only reachable inside a VPC. */
  vpc: z
    .strictObject({ subnetIds: z.array(z.string()).min(1), securityGroupIds: z.array(z.string()).min(1) })
    .nullish(),
  /** Certificates (PEM) of authorities that functions trust beside the known ones: a file of the project. */
  caFile: z.string().min(1).nullish(),
  /** What is reached without TLS, because a network keeps others out. */
  withoutTls: z
    .preprocess((given) => (typeof given === 'string' ? given.split(',') : given), z.array(z.enum(encrypted)))
    .nullish(),
  /** The address of MongoDB for functions that only read: that of a user who may do no more. */
  mongodbReadUri: z.string().min(1).nullish(),
  /** How long the gateway remembers who a key is, in seconds: what revoking one may take. */
  authorizerTtl: z.coerce.number().int().min(0).max(3600).default(60),
  /** The most requests of the whole stage. */
  throttle: throttle.default({ rate: 10_000, burst: 5000 }),
  /** Of those that are `GET /health`, which anybody may ask. */
  healthThrottle: throttle.default({ rate: 10, burst: 20 }),
  /** ARN of an SNS topic that hears of alarms. */
  alarmTopic: z.string().startsWith('arn:', 'must be the ARN of an SNS topic').nullish(),
});

const schema = settings.superRefine(({ service, stage, ...rest }, { addIssue }) => {
  if (stage !== 'local') for (const fault of tlsFaults(rest)) addIssue(fault);
  const database = `${service}_${stage}`;
  if (database.length > MAX_DATABASE_NAME_BYTES)
    addIssue(
      `"${database}" (<service>_<stage>) has ${database.length} characters; a database's name has ${MAX_DATABASE_NAME_BYTES} at most`,
    );
});

/** Of addresses that stand in the settings; what stands elsewhere is looked at when a function starts. */
function tlsFaults({ environment, mongodbReadUri, withoutTls: named }: Pick<Settings, TlsSettings>): string[] {
  const addresses = [
    ['environment.MONGODB_URI', 'mongodb', environment.MONGODB_URI],
    ['mongodbReadUri', 'mongodb', mongodbReadUri],
    ['environment.REDIS_URL', 'redis', environment.REDIS_URL],
  ] as const;
  return addresses.flatMap(([name, reached, address]) => {
    const isHere = /^(mongodb|rediss?)\b[^:]*:\/\//.test(address ?? '') && !named?.includes(reached);
    const fault = isHere ? withoutTls[reached](address ?? '') : undefined;
    return fault ? [tlsFault(name, reached, fault)] : [];
  });
}
type TlsSettings = 'environment' | 'mongodbReadUri' | 'withoutTls';

/** What serverless.yml says about one stage (`custom.sluice`). */
export type Settings = z.output<typeof schema>;

/** On stage local there is no AWS: no API Gateway before the routes, no addresses in the environment. */
export const isLocal = ({ stage }: Settings): boolean => stage === 'local';

/** @throws ConfigError that lists every fault */
export function parseSettings(given: unknown): Settings {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${['custom.sluice', ...path].join('.')}: ${message}`);
  throw new ConfigError(`serverless.yml: ${faults.join('; ')}`);
}
