import type { Engines } from './engines/engines.ts';

/**
 * The variables of one function with real addresses in place of CloudFormation's, and with what is so on this machine: the same names as
 * deployed, and no other but SQS_ENDPOINT, which AWS does not need.
 * @param declared as the deployment has them
 * @param queueNamePrefix `sluice-local-`
 * @param overrides of values that the function has or that have a default in lib/core/config.ts
 * @throws Error naming a variable whose value only AWS knows
 */
export function resolveEnvironment(
  declared: Readonly<Record<string, unknown>>,
  { mongo, redis, sqs }: Pick<Engines, 'mongo' | 'redis' | 'sqs'>,
  queueNamePrefix: string,
  overrides: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const here: Record<string, string> = {
    QUEUE_URL_PREFIX: `${sqs.queueUrlPrefix}${queueNamePrefix}`,
    MONGODB_URI: mongo.uri,
    REDIS_URL: redis.url,
    ...(!sqs.tellsSenders && { LETTER_SENDERS: 'any' }),
  };
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(declared)) environment[name] = here[name] ?? literal(name, value);
  if ('QUEUE_URL_PREFIX' in declared) environment.SQS_ENDPOINT = sqs.endpoint;
  return { ...environment, ...overrides };
}

function literal(name: string, value: unknown): string {
  if (typeof value === 'object' || (typeof value === 'string' && value.includes('{{resolve:')))
    throw new Error(`the variable ${name} has a value that only AWS knows: ${JSON.stringify(value)}`);
  return String(value);
}

/** What says which database the functions have. */
export interface MongoEnvironment {
  SERVICE: string;
  STAGE: string;
  MONGODB_URI: string;
  MONGODB_DATABASE?: string;
}
