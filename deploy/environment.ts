import type { Catalogue } from '../lib/core/catalogue.ts';
import { readConfig, variablesOf } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { secretIn } from '../lib/core/secret-address.ts';
import { own } from '../lib/sdk/own.ts';
import { plainNames, secretNames } from '../lib/sdk/settings.ts';
import type { FunctionDeclaration } from '../lib/wiring/functions/declaration.ts';
import { ingest } from '../lib/wiring/functions/ingest.ts';
import { caVariables } from './ca-file.ts';
import type { Deployed } from './deployed.ts';
import { functionKey, parameterName, queuePrefix } from './names.ts';
import { isLocal, ofStage, type Settings } from './settings.ts';
import { sizeOf } from './sizes.ts';
import { meant } from './stage-faults.ts';
import { tracingVariables } from './tracing.ts';

/**
 * @throws ConfigError for a variable of the stage that none of these functions reads, or whose value would end the start of one that does;
 * what CloudFormation fills in is not known yet
 */
export function checkEnvironment(functions: readonly FunctionDeclaration[], settings: Settings): void {
  const read = new Set(functions.flatMap(({ needs }) => variablesOf(needs)));
  const names = new Set<string>(read);
  const stranger = Object.keys(settings.environment).find((name) => !names.has(name));
  if (stranger)
    throw new ConfigError(
      `${ofStage(settings)}: environment.${stranger}: no function reads it${meant(stranger, [...read])}`,
    );
  const faults = [...read].flatMap((name) => faultOf(name, settings));
  if (faults.length > 0) throw new ConfigError(`${ofStage(settings)}: ${faults.join('; ')}`);
}

/** On this machine the start fills them in. */
const ADDRESSES: readonly string[] = ['MONGODB_URI', 'REDIS_URL'];

/** By the rule that the function which reads it has; an empty one counts as absent. No value is in it. */
function faultOf(name: ReturnType<typeof variablesOf>[number], settings: Settings): string[] {
  const text = own(settings.environment, name) ?? '';
  if (text === '' || text.includes('{{resolve:') || (isLocal(settings) && ADDRESSES.includes(name))) return [];
  if (name === 'SECRETS_IN' && text === 'environment' && !isLocal(settings))
    return ['environment.SECRETS_IN: in the environment they are on this machine alone'];
  try {
    readConfig([name], { [name]: text });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [error.message.replace(/^environment: /, 'environment.')];
  }
}

/** @throws ConfigError for a setting of the stage that no event type declares, or that is a secret */
export function checkEventSettings({ entries }: Pick<Catalogue, 'entries'>, settings: Settings): void {
  const declared = entries.map(({ definition }) => definition.env);
  const plain = declared.flatMap(plainNames);
  const secrets = declared.flatMap(secretNames);
  const stranger = Object.keys(settings.settings).find((name) => !plain.includes(name));
  if (stranger === undefined) return;
  const why = secrets.includes(stranger)
    ? `is a secret, which is put at ${parameterName(settings, stranger)} of the Parameter Store`
    : `no event type has it in its env${meant(stranger, plain)}`;
  throw new ConfigError(`${ofStage(settings)}: settings.${stranger}: ${why}`);
}

/** For Node, which then says where in the sources an error was thrown: docs/decisions/0020-source-maps.md */
const NODE_OPTIONS = '--enable-source-maps';

/**
 * The environment of one function: the stage, what it needs, and how Node runs it, nothing else. Values that the stage leaves out
 * have their default in lib/core/config.ts.
 * @param types event types that the function serves
 */
export function environmentOf(
  { needs, readsOnly, setsUp }: Pick<FunctionDeclaration, 'needs' | 'readsOnly' | 'setsUp'>,
  types: readonly string[],
  settings: Settings,
): Record<string, unknown> {
  const { reservedConcurrency: reserved } = sizeOf(functionKey(ingest.name), settings);
  const values: Record<string, unknown> = {
    ...settings.environment,
    ...(readsOnly && settings.mongodbReadUri && { MONGODB_URI: settings.mongodbReadUri }),
    ...(setsUp && settings.mongodbSetupUri && { MONGODB_URI: settings.mongodbSetupUri }),
    ...(settings.withoutTls?.length && { WITHOUT_TLS: settings.withoutTls.join(',') }),
    SERVICE: settings.service,
    STAGE: settings.stage,
    AUTHORIZER_CACHE_SECONDS: String(settings.authorizerTtl),
    ...(reserved !== undefined && { INGEST_CONCURRENCY: String(reserved) }),
    EVENT_TYPES: types.join(','),
    EVENT_TYPE: types[0],
    QUEUE_URL_PREFIX: queueUrlPrefix(settings),
    LETTER_SENDERS: 'checked',
  };
  const names = new Set(['STAGE', ...variablesOf(needs)]);
  const needed = [...names].filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]);
  return {
    ...Object.fromEntries(needed),
    ...logLevel(settings),
    ...caVariables(settings),
    ...tracingVariables(settings),
    NODE_OPTIONS,
  };
}

/** The secrets that variables name, each once. */
export const secretsIn = (environment: Readonly<Record<string, unknown>>): string[] => [
  ...new Set(
    Object.values(environment).flatMap((value) => (typeof value === 'string' ? (secretIn(value)?.id ?? []) : [])),
  ),
];

/** For the logger. https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/#log-levels */
const logLevel = ({ logs }: Settings) => logs && { POWERTOOLS_LOG_LEVEL: logs.level.toUpperCase() };

/**
 * The variables of an event type's settings: of a plain one the stage's value, where it has one; of a secret the name of its
 * parameter, never the value. On stage local they come from .env files (local/stack/settings.ts).
 */
export function settingsOf({ entry }: Pick<Deployed, 'entry'>, settings: Settings): Record<string, string> {
  if (!entry || isLocal(settings)) return {};
  const { env } = entry.definition;
  const plain = plainNames(env).map((name) => [name, own(settings.settings, name) ?? ''] as const);
  const secrets = secretNames(env).map((name) => [name, parameterName(settings, name)] as const);
  return Object.fromEntries([...plain.filter(([, text]) => text !== ''), ...secrets]);
}

/** One variable for all queues: 4 KB of environment would not hold the URLs of many types. */
const queueUrlPrefix = (settings: Settings) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/'.concat(queuePrefix(settings)),
});
