import { z } from 'zod';
import { ConfigError } from './errors.ts';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).max(60_000).default(fallback);
const whole = (least: number, most: number, fallback: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** Of a database, in bytes. */
export const MAX_DATABASE_NAME_BYTES = 38;

/** Every variable that any function reads; the only place that knows their names. */
const variables = {
  STAGE: z.string().min(1).default('local'),
  /** Empty where none is declared; never absent, which would be a deployment that went wrong. */
  EVENT_TYPES: z.string().transform((list) => (list === '' ? [] : list.split(','))),
  EVENT_TYPE: z.string().min(1),
  /** Queue URL up to `<service>-<stage>-`. */
  QUEUE_URL_PREFIX: z.url(),
  SQS_ENDPOINT: z.url().optional(),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must begin with mongodb:// or mongodb+srv://'),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]+$/)
    .max(MAX_DATABASE_NAME_BYTES)
    .default('sluice'),
  REDIS_URL: z.string().regex(/^rediss?:\/\/\S+$/, 'must begin with redis:// or rediss://'),
  REDIS_CLUSTER: z.stringbool().default(false),
  REDIS_TIMEOUT_MS: milliseconds(200),
  MONGODB_TIMEOUT_MS: milliseconds(2000),
  SQS_TIMEOUT_MS: milliseconds(3000),
  /** How long an id is known at ingest. */
  DEDUPLICATION_HOURS: whole(1, 14 * 24, 24),
  /** How long a record stays after it was settled; must outlive every message and replay. */
  RETENTION_DAYS: whole(45, 3650, 45),
  /** `<events>/<seconds>` per tenant, e.g. `1000/10`; absent: off. */
  RATE_LIMIT: z
    .string()
    .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,5}$/, 'must be <events>/<seconds>, e.g. 1000/10')
    .transform((text) => {
      const [quota = 1, windowSeconds = 1] = text.split('/').map(Number);
      return { quota, windowSeconds };
    })
    .optional(),
  WAITS_PER_TENANT: whole(0, 10_000, 100),
  WAITS_IN_ALL: whole(0, 10_000, 500),
} as const;

type Variables = typeof variables;
/** Any other that is empty counts as absent, as a shell means it. */
const mayBeEmpty: ReadonlySet<string> = new Set<keyof Variables>(['EVENT_TYPES']);
export type Config<Names extends keyof Variables> = { readonly [Name in Names]: z.output<Variables[Name]> };

/**
 * Reads the variables that one function needs.
 * @param names the variables
 * @param environment `process.env`, unless a test says otherwise
 * @throws ConfigError that lists every missing or malformed variable, and never a value
 */
export function readConfig<const Names extends keyof Variables>(
  names: readonly Names[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config<Names> {
  const faults: string[] = [];
  const values = names.map((name) => {
    const given = environment[name];
    const parsed = variables[name].safeParse(given === '' && !mayBeEmpty.has(name) ? undefined : given);
    if (!parsed.success)
      faults.push(`${name} ${given ? (parsed.error.issues[0]?.message ?? 'is malformed') : 'is missing'}`);
    return [name, parsed.data];
  });
  if (faults.length > 0) throw new ConfigError(`environment: ${faults.join('; ')}`);
  return Object.fromEntries(values) as Config<Names>;
}

/** The variables of each dependency, and what its adapter makes of them. */
export const mongoVariables = ['MONGODB_URI', 'MONGODB_DATABASE', 'MONGODB_TIMEOUT_MS'] as const;
export const mongoOptions = (config: Config<(typeof mongoVariables)[number]>) => ({
  uri: config.MONGODB_URI,
  database: config.MONGODB_DATABASE,
  timeoutMs: config.MONGODB_TIMEOUT_MS,
});

export const redisVariables = ['REDIS_URL', 'REDIS_CLUSTER', 'REDIS_TIMEOUT_MS'] as const;
export const redisOptions = (config: Config<(typeof redisVariables)[number]>) => ({
  url: config.REDIS_URL,
  cluster: config.REDIS_CLUSTER,
  timeoutMs: config.REDIS_TIMEOUT_MS,
});

export const resultsVariables = ['DEDUPLICATION_HOURS', 'WAITS_PER_TENANT', 'WAITS_IN_ALL'] as const;
export const resultsOptions = (config: Config<(typeof resultsVariables)[number]>) => ({
  deduplicationMs: config.DEDUPLICATION_HOURS * 3_600_000,
  perTenant: config.WAITS_PER_TENANT,
  inAll: config.WAITS_IN_ALL,
});

export const sqsVariables = ['SQS_ENDPOINT', 'SQS_TIMEOUT_MS'] as const;
export const sqsOptions = (config: Config<(typeof sqsVariables)[number]>) => ({
  endpoint: config.SQS_ENDPOINT,
  timeoutMs: config.SQS_TIMEOUT_MS,
});
