import { ConfigError } from '../lib/core/errors.ts';
import { consumerTimeoutSeconds } from '../lib/core/function-time.ts';
import type { AuthorizerFunction, QueueFunction } from '../lib/wiring/functions/declaration.ts';
import type { Deployed } from './deployed.ts';
import { functionKey } from './names.ts';
import { ofStage, type Settings } from './settings.ts';
import { meant } from './stage-faults.ts';

/** Just under the 30 s that an HTTP API waits: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HTTP_TIMEOUT = 29;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_TIMEOUT = 900;
/** What an account keeps for functions that reserve nothing: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const KEPT_UNRESERVED = 100;

type Size = Settings['functions'][string];

/** What the stage says of one function. */
export const sizeOf = (key: string, { functions }: Settings): Size =>
  Object.hasOwn(functions, key) ? (functions[key] ?? {}) : {};

/** Seconds after which Lambda ends a function that has no event type. */
export const timeoutOf = (
  { name, timeoutSeconds }: Pick<AuthorizerFunction | QueueFunction, 'name' | 'timeoutSeconds'>,
  settings: Settings,
): number => sizeOf(functionKey(name), settings).timeout ?? timeoutSeconds;

/** Seconds after which Lambda ends it. */
export function timeoutOfDeployed({ declaration, entry }: Deployed, settings: Settings): number {
  if (entry) return consumerTimeoutSeconds(entry.definition);
  return declaration.kind === 'http' ? HTTP_TIMEOUT : timeoutOf(declaration, settings);
}

/** Batches at a time from one queue; undefined: it has none, and answers requests. */
export function concurrencyOf({ key, declaration, entry }: Deployed, settings: Settings): number | undefined {
  const own = entry ? entry.definition.queue.concurrency : 'concurrency' in declaration && declaration.concurrency;
  return own ? (sizeOf(key, settings).concurrency ?? own) : undefined;
}

/** @throws ConfigError for a function that there is not, or that cannot have what the stage gives it */
export function checkSizes(deployed: readonly Deployed[], settings: Settings): void {
  const keys = deployed.map(({ key }) => key);
  const stranger = Object.keys(settings.functions).find((key) => !keys.includes(key));
  const faults = [
    ...(stranger === undefined ? [] : [`functions.${stranger}: there is no such function${meant(stranger, keys)}`]),
    ...deployed.flatMap((one) => faultsOf(one, sizeOf(one.key, settings))),
    ...reservedFault(deployed, settings),
  ];
  if (faults.length > 0) throw new ConfigError(`${ofStage(settings)}: ${faults.join('; ')}`);
}

function faultsOf(one: Deployed, size: Size): string[] {
  const { key, declaration, entry } = one;
  const where = `functions.${key}`;
  const asksQueues = declaration.kind === 'consumer' || declaration.kind === 'queue';
  return [
    ...(size.concurrency !== undefined && !asksQueues
      ? [`${where}.concurrency is for functions that read a queue; what answers requests has reservedConcurrency`]
      : []),
    ...(size.reservedConcurrency !== undefined && asksQueues
      ? [`${where}.reservedConcurrency is for functions that answer requests; what reads a queue has concurrency`]
      : []),
    ...(size.timeout === undefined ? [] : timeoutFault(where, size.timeout, declaration, entry?.definition.type)),
  ];
}

/** Each function divides up the time that it has when it declares it: less would cut its work off, more is room. */
function timeoutFault(
  where: string,
  timeout: number,
  declaration: Deployed['declaration'],
  type: string | undefined,
): string[] {
  if (type !== undefined) return [`${where}.timeout follows from queue.timeout of ${type}, in its event file`];
  if (!('timeoutSeconds' in declaration)) return [`${where}.timeout is ${HTTP_TIMEOUT}, just under what the API waits`];
  const [least, most] = [declaration.timeoutSeconds, mostSeconds(declaration)];
  return timeout < least || timeout > most ? [`${where}.timeout must be ${least} to ${most}`] : [];
}

/** A run of a schedule has ended when the next one begins. */
function mostSeconds(declaration: Deployed['declaration']): number {
  if (declaration.kind === 'authorizer') return HTTP_TIMEOUT;
  return declaration.kind === 'scheduled' ? Math.min(MOST_TIMEOUT, declaration.everyMinutes * 60) : MOST_TIMEOUT;
}

function reservedFault(deployed: readonly Deployed[], settings: Settings): string[] {
  const { accountConcurrency } = settings;
  const reserved = deployed.map(({ key }) => sizeOf(key, settings).reservedConcurrency ?? 0);
  const sum = reserved.reduce((total, one) => total + one, 0);
  if (!accountConcurrency || sum <= accountConcurrency - KEPT_UNRESERVED) return [];
  return [
    `functions reserve a concurrency of ${sum}; of accountConcurrency ${accountConcurrency} AWS keeps ${KEPT_UNRESERVED} unreserved`,
  ];
}
