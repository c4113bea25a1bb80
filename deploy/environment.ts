import { mongoVariables, redisVariables, resultsVariables, sqsVariables } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { queuePrefix } from './names.ts';
import type { Settings } from './settings.ts';

const sqs = ['QUEUE_URL_PREFIX', ...sqsVariables] as const;

const desk = [
  'STAGE',
  'EVENT_TYPES',
  ...sqs,
  ...redisVariables,
  ...mongoVariables,
  ...resultsVariables,
  'RETENTION_DAYS',
];

/** The variables of lib/core/config.ts that each entry reads; nothing else reaches its environment. */
const variablesOf: Readonly<Record<string, readonly string[]>> = {
  ingest: ['STAGE', 'EVENT_TYPES', ...sqs, ...redisVariables, ...resultsVariables, 'RATE_LIMIT'],
  query: ['STAGE', ...redisVariables, ...mongoVariables, ...resultsVariables],
  failures: ['STAGE', ...mongoVariables],
  replay: desk,
  'bulk-replay': desk,
  catalogue: ['STAGE', 'EVENT_TYPES', 'QUEUE_URL_PREFIX'],
  health: ['STAGE', ...sqs, ...redisVariables, ...mongoVariables],
  consume: ['STAGE', 'EVENT_TYPE', ...sqs, ...redisVariables, ...mongoVariables, ...resultsVariables, 'RETENTION_DAYS'],
  'dead-letter': ['STAGE', ...redisVariables, ...mongoVariables, ...resultsVariables],
};

const settable = new Set(Object.values(variablesOf).flat());

/**
 * The environment of one function. Values that serverless.yml leaves out have their default in lib/core/config.ts.
 * @param entry name of the file in functions/
 * @param types event types that the function serves
 * @throws ConfigError for a variable in serverless.yml that no function reads
 */
export function environmentOf(entry: string, types: readonly string[], settings: Settings): Record<string, unknown> {
  const stranger = Object.keys(settings.environment).find((name) => !settable.has(name));
  if (stranger) throw new ConfigError(`serverless.yml: custom.sluice.environment.${stranger}: no function reads it`);
  const values: Record<string, unknown> = {
    ...settings.environment,
    STAGE: settings.stage,
    EVENT_TYPES: types.join(','),
    EVENT_TYPE: types[0],
    QUEUE_URL_PREFIX: queueUrlPrefix(settings),
  };
  const names = variablesOf[entry] ?? [];
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}

/** One variable for all queues: 4 KB of environment would not hold the URLs of many types. */
const queueUrlPrefix = (settings: Settings) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/'.concat(queuePrefix(settings)),
});
