import { addressFault } from '../core/addresses.ts';
import { ConfigError } from '../core/errors.ts';
import type { Renew, Renewing } from '../core/renew.ts';
import { type SecretName, secretIn } from '../core/secret-address.ts';
import type { Encrypted } from '../core/tls.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Log } from '../sdk/log.ts';
import { addressSecretsOn } from './address-secrets.ts';
import { systemClock } from './clock.ts';
import { outsideInvocations } from './invocation.ts';
import { createRenew } from './renew-address.ts';

/** A configuration, as far as it has addresses. */
interface Addressed {
  readonly MONGODB_URI?: string;
  readonly REDIS_URL?: string;
  readonly STAGE?: string;
  readonly WITHOUT_TLS?: readonly Encrypted[];
  readonly SECRETS_TIMEOUT_MS?: number;
}
const VARIABLES = ['MONGODB_URI', 'REDIS_URL'] as const;
type Variable = (typeof VARIABLES)[number];

/**
 * The configuration of a function with addresses in place of the secrets that its variables name, and how each is read again. Where none
 * is named nothing is read, and no driver loaded.
 * @param secretsOn makes the store, unless a test says otherwise
 * @throws ConfigError for a secret that is missing, or has no address in it that may be used; DependencyError when it cannot be read
 */
export async function withAddresses<Given extends object>(
  config: Given & Addressed,
  log: Log,
  secretsOn: (secrets: ReadonlyMap<Variable, SecretName>, timeoutMs: number | undefined) => Secrets = addressSecretsOn,
): Promise<Given & Addressed & Renewing> {
  const named = new Map(
    VARIABLES.flatMap((variable) => {
      const secret = secretIn(config[variable] ?? '');
      return secret ? [[variable, secret] as const] : [];
    }),
  );
  if (named.size === 0) return config;
  const secrets = secretsOn(named, config.SECRETS_TIMEOUT_MS);
  const told = (variable: Variable, values: ReadonlyMap<string, string>): string => {
    const { id, key } = named.get(variable) ?? { id: variable };
    const text = values.get(variable);
    const fault = text === undefined ? 'is missing' : addressFault(variable, text, config);
    if (text === undefined || fault)
      throw new ConfigError(`${variable}, of the secret ${id}${key === undefined ? '' : ` (key ${key})`}, ${fault}`);
    return text;
  };
  const values = await secrets.read([...named.keys()]);
  const read = [...named.keys()].map((variable) => [variable, told(variable, values)] as const);
  const renewOf = (variable: Variable, first: string): Renew =>
    createRenewOf(variable, first, async () => told(variable, await secrets.read([variable])), log);
  return {
    ...config,
    ...Object.fromEntries(read),
    renew: Object.fromEntries(read.map(([variable, first]) => [variable, renewOf(variable, first)])),
  };
}

const createRenewOf = (variable: Variable, first: string, read: () => Promise<string>, log: Log): Renew =>
  createRenew(variable, first, { read, clock: systemClock, random: Math.random, log: outsideInvocations(log) });
