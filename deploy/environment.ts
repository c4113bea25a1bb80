import { variablesOf } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';
import { plainNames, secretNames } from '../lib/sdk/settings.ts';
import type { FunctionDeclaration } from '../lib/wiring/functions/declaration.ts';
import { caVariables } from './ca-file.ts';
import type { Deployed } from './deployed.ts';
import { parameterName, queuePrefix } from './names.ts';
import { isLocal, type Settings } from './settings.ts';

/** @throws ConfigError for a variable in serverless.yml that none of these functions reads */
export function checkEnvironment(functions: readonly FunctionDeclaration[], settings: Settings): void {
  const read = new Set<string>(functions.flatMap(({ needs }) => variablesOf(needs)));
  const stranger = Object.keys(settings.environment).find((name) => !read.has(name));
  if (stranger) throw new ConfigError(`serverless.yml: custom.sluice.environment.${stranger}: no function reads it`);
}

/** For Node, which then says where in the sources an error was thrown: docs/decisions/0020-source-maps.md */
const NODE_OPTIONS = '--enable-source-maps';

/**
 * The environment of one function: the stage, what it needs, and how Node runs it, nothing else. Values that serverless.yml leaves out
 * have their default in lib/core/config.ts.
 * @param types event types that the function serves
 */
export function environmentOf(
  { needs, readsOnly }: Pick<FunctionDeclaration, 'needs' | 'readsOnly'>,
  types: readonly string[],
  settings: Settings,
): Record<string, unknown> {
  const values: Record<string, unknown> = {
    ...settings.environment,
    ...(readsOnly && settings.mongodbReadUri && { MONGODB_URI: settings.mongodbReadUri }),
    ...(settings.withoutTls?.length && { WITHOUT_TLS: settings.withoutTls.join(',') }),
    SERVICE: settings.service,
    STAGE: settings.stage,
    AUTHORIZER_CACHE_SECONDS: String(settings.authorizerTtl),
    EVENT_TYPES: types.join(','),
    EVENT_TYPE: types[0],
    QUEUE_URL_PREFIX: queueUrlPrefix(settings),
    LETTER_SENDERS: 'checked',
  };
  const names = new Set(['STAGE', ...variablesOf(needs)]);
  const needed = [...names].filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]);
  return { ...Object.fromEntries(needed), ...caVariables(settings), NODE_OPTIONS };
}

/** Values of a stage's parameters (`params` of serverless.yml, `--param`), by name. */
export type ParameterOf = (name: string) => Promise<unknown>;

/**
 * The variables of an event type's settings: of a plain one the stage's value, where it has one; of a secret the name of its
 * parameter, never the value. On stage local they come from .env files (local/stack/settings.ts).
 * @throws ConfigError for a value that is no text
 */
export async function settingsOf(
  { entry }: Pick<Deployed, 'entry'>,
  settings: Settings,
  parameterOf: ParameterOf,
): Promise<Record<string, string>> {
  if (!entry || isLocal(settings)) return {};
  const { env } = entry.definition;
  const plain = await Promise.all(
    plainNames(env).map(async (name) => [name, textOf(name, (await parameterOf(name)) ?? '')] as const),
  );
  const secrets = secretNames(env).map((name) => [name, parameterName(settings, name)] as const);
  return Object.fromEntries([...plain.filter(([, text]) => text !== ''), ...secrets]);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'object') throw new ConfigError(`serverless.yml: params: ${name} must be a text`);
  return String(value);
}

/** One variable for all queues: 4 KB of environment would not hold the URLs of many types. */
const queueUrlPrefix = (settings: Settings) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/'.concat(queuePrefix(settings)),
});
