import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { codeOf, DependencyError, messageOf } from '../../core/errors.ts';
import type { SecretName } from '../../core/secret-address.ts';
import { TRIES, withTries } from '../../core/tries.ts';
import type { Secrets } from '../../ports/secrets.ts';

export interface SecretsManagerOptions {
  /** Only where the store is not AWS's own. */
  endpoint?: string | undefined;
  /** For all of a read, its tries included. */
  timeoutMs: number;
  /** Where the value of each name is. */
  secrets: ReadonlyMap<string, SecretName>;
}

/** The port Secrets on AWS Secrets Manager, which takes 10,000 reads a second: every environment that starts makes one. */
export function secretsManager({ endpoint, timeoutMs, secrets }: SecretsManagerOptions): Secrets {
  const client = new SecretsManagerClient({
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(1000, timeoutMs),
      requestTimeout: Math.ceil(timeoutMs / TRIES),
      throwOnRequestTimeout: true,
    },
  });

  /** @returns undefined where there is no such secret, or no text in it */
  async function get(SecretId: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const ask = () => client.send(new GetSecretValueCommand({ SecretId }), { abortSignal: signal });
      return (await withTries(ask, signal)).SecretString;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return {
    async read(names) {
      const asked = names.flatMap((name) => {
        const secret = secrets.get(name);
        return secret ? [{ name, ...secret }] : [];
      });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const ids = [...new Set(asked.map(({ id }) => id))];
        const texts = new Map(await Promise.all(ids.map(async (id) => [id, await get(id, signal)] as const)));
        return new Map(
          asked.flatMap(({ name, id, key }) => {
            const value = valueIn(texts.get(id), key);
            return value === undefined ? [] : [[name, value] as const];
          }),
        );
      } catch (cause) {
        const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : `${codeOf(cause)}: ${messageOf(cause)}`;
        throw new DependencyError('secrets-manager', reason, { cause });
      }
    },
  };
}

function valueIn(text: string | undefined, key: string | undefined): string | undefined {
  if (key === undefined || text === undefined) return text;
  const found: unknown = Object.entries(recordIn(text)).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? found : undefined;
}

/** What is no JSON has no keys; what a parser says of it would quote it. */
function recordIn(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
