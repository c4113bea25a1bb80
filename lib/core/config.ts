import * as z from 'zod';
import { address } from './addresses.ts';
import type { AwsAccess } from './aws-access.ts';
import { ConfigError } from './errors.ts';
import { localCallers } from './local-runtime.ts';
import { encrypted, tlsFaults } from './tls.ts';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).max(60_000).default(fallback);
const whole = (least: number, most: number, fallback: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** Of a database, in bytes. */
export const MAX_DATABASE_NAME_BYTES = 38;

/** Part of the names of queues and functions, of the database, and of every key in Redis. */
export const serviceName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]*$/, 'must be letters, digits and dashes');
export const stageName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,19}$/, 'must be [a-z][a-z0-9]{0,19}: a lower-case letter, then up to 19 letters and digits');

/** Every variable that any function reads; the only place that knows their names. */
const variables = {
  /** Service and stage say whose data it is, so neither has a default. */
  SERVICE: serviceName,
  STAGE: stageName,
  /** Empty where none is declared; never absent, which would be a deployment that went wrong. */
  EVENT_TYPES: z.string().transform((list) => (list === '' ? [] : list.split(','))),
  EVENT_TYPE: z.string().min(1),
  /** Queue URL up to `<service>-<stage>-`. */
  QUEUE_URL_PREFIX: z.url(),
  SQS_ENDPOINT: z.url().optional(),
  MONGODB_URI: address('MONGODB_URI'),
  /** Absent: `<service>_<stage>`. */
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]+$/)
    .max(MAX_DATABASE_NAME_BYTES)
    .optional(),
  REDIS_URL: address('REDIS_URL'),
  REDIS_CLUSTER: z.stringbool().default(false),
  /** What is reached without TLS on a stage that is not local: `mongodb`, `redis`, or both with a comma. */
  WITHOUT_TLS: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(encrypted, `must be ${encrypted.join(' or ')}, or both with a comma`)))
    .default([]),
  REDIS_TIMEOUT_MS: milliseconds(200),
  MONGODB_TIMEOUT_MS: milliseconds(2000),
  SQS_TIMEOUT_MS: milliseconds(3000),
  /** How long an id is known at ingest. */
  DEDUPLICATION_HOURS: whole(1, 14 * 24, 24),
  /** How long a record stays after it was settled; must outlive every message and replay. */
  RETENTION_DAYS: whole(45, 3650, 45),
  /** `<events>/<seconds>` of a tenant of which no operator has said a rate, e.g. `1000/10`; absent: off. */
  RATE_LIMIT: z
    .string()
    .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,5}$/, 'must be <events>/<seconds>, e.g. 1000/10')
    .transform((text) => {
      const [quota = 1, windowSeconds = 1] = text.split('/').map(Number);
      return { quota, windowSeconds };
    })
    .optional(),
  /** How long the gateway remembers what the authorizer said of a key; the ends of keys take that long. */
  AUTHORIZER_CACHE_SECONDS: whole(0, 3600, 60),
  /** The concurrency that is reserved for ingest, where the stage reserves one. */
  INGEST_CONCURRENCY: z.coerce.number().int().min(1).max(100_000).optional(),
  WAITS_PER_TENANT: whole(0, 10_000, 100),
  WAITS_IN_ALL: whole(0, 10_000, 500),
  /** Where the secrets of event types are; `environment` is for this machine alone. */
  SECRETS_IN: z.enum(['parameter-store', 'environment']).default('parameter-store'),
  /** Whether letters are believed by who sent them; `any` is for an SQS of this machine that does not say it. */
  LETTER_SENDERS: z.enum(['checked', 'any']).default('checked'),
  /** For all secrets that are read together. */
  SECRETS_TIMEOUT_MS: milliseconds(3000),
  /** Powertools' name for it, of which the logger is. */
  POWERTOOLS_METRICS_DISABLED: z.stringbool().default(false),
} as const;

type Variables = typeof variables;
type Variable = keyof Variables;
/** Any other that is empty counts as absent, as a shell means it. */
const mayBeEmpty: ReadonlySet<Variable> = new Set<Variable>(['EVENT_TYPES']);

/** Variables that are read together. */
const together = {
  mongodb: [
    'SERVICE',
    'STAGE',
    'MONGODB_URI',
    'MONGODB_DATABASE',
    'MONGODB_TIMEOUT_MS',
    'WITHOUT_TLS',
    'SECRETS_TIMEOUT_MS',
  ],
  redis: ['SERVICE', 'STAGE', 'REDIS_URL', 'REDIS_CLUSTER', 'REDIS_TIMEOUT_MS', 'WITHOUT_TLS', 'SECRETS_TIMEOUT_MS'],
  sqs: ['QUEUE_URL_PREFIX', 'SQS_ENDPOINT', 'SQS_TIMEOUT_MS'],
  /** What is known of an event's outcome for a while, and who waits for it. */
  results: ['DEDUPLICATION_HOURS', 'WAITS_PER_TENANT', 'WAITS_IN_ALL', 'INGEST_CONCURRENCY'],
  /** How fast callers may be. */
  limits: ['RATE_LIMIT', 'INGEST_CONCURRENCY'],
  secrets: ['SECRETS_IN', 'SECRETS_TIMEOUT_MS'],
} as const satisfies Record<string, readonly Variable[]>;

/** What a function may need of its environment: one variable, or all of what it is named after. */
export type Need = keyof typeof together | Variable;
type VariableOf<Needed extends Need> = Needed extends keyof typeof together
  ? (typeof together)[Needed][number]
  : Extract<Needed, Variable>;
export type Config<Needed extends Need> = {
  readonly [Name in VariableOf<Needed>]: z.output<Variables[Name]>;
};

/** The variables that these needs stand for, in that order, each once. */
export const variablesOf = (needs: readonly Need[]): Variable[] =>
  Array.from(new Set(needs.flatMap<Variable>((need) => (isTogether(need) ? together[need] : [need]))));

/** Whether Sluice itself reads a variable of this name. */
export const isOwnVariable = (name: string): boolean => name in variables;

const isTogether = (need: Need): need is keyof typeof together => need in together;

/**
 * Reads what one function needs.
 * @param needs variables, or what stands for several
 * @param environment `process.env`, unless a test says otherwise
 * @throws ConfigError that lists every missing or malformed variable, and never a value
 */
export function readConfig<const Needed extends Need>(
  needs: readonly Needed[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config<Needed> {
  const faults: string[] = [];
  const values = variablesOf(needs).map((name) => {
    const given = environment[name];
    const parsed = variables[name].safeParse(given === '' && !mayBeEmpty.has(name) ? undefined : given);
    if (!parsed.success)
      faults.push(`${name} ${given ? (parsed.error.issues[0]?.message ?? 'is malformed') : 'is missing'}`);
    return [name, parsed.data];
  });
  const read = Object.fromEntries(values);
  faults.push(...tlsFaults(read));
  if (faults.length > 0) throw new ConfigError(`environment: ${faults.join('; ')}`);
  return read as Config<Needed>;
}

/**
 * As whom Secrets Manager is asked: as the role of the function, whose credentials Lambda puts beside the variables of the stage.
 * @param environment `process.env`, unless a test says otherwise
 * @throws ConfigError that names what is missing
 */
export function readAwsAccess(environment: Readonly<Record<string, string | undefined>> = process.env): AwsAccess {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment;
  if (!AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new ConfigError('environment: AWS_REGION, AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is missing');
  return {
    region: AWS_REGION,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
    endpoint: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
  };
}

/** Whether this process is one of AWS's, and none that runs functions on this machine. */
export const runsInLambda = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  callers = localCallers(),
): boolean => Boolean(environment.AWS_LAMBDA_FUNCTION_NAME) && callers === undefined;

/**
 * Whether callers need no key: on stage local alone, which is of this machine, unless its start asks for keys.
 * @param environment `process.env`, unless a test says otherwise
 * @param callers of this process, where it runs functions on this machine
 * @throws ConfigError for stage local in Lambda
 */
export function isOpenStage(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  callers = localCallers(),
): boolean {
  if (environment.STAGE !== 'local') return false;
  if (runsInLambda(environment, callers))
    throw new ConfigError('STAGE is local, which asks callers for no key: deploy under the name of another stage');
  return callers !== 'need a key';
}

/**
 * The variables of an event type's settings, as text; an empty one counts as absent.
 * @param names as its event file declares them
 * @param environment `process.env`, unless a test says otherwise
 */
export const readSettings = (
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Map<string, string> =>
  new Map(
    names.flatMap((name) => {
      const text = environment[name];
      return text ? [[name, text] as const] : [];
    }),
  );
