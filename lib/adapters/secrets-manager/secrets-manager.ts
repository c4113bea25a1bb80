import * as z from 'zod';
import type { AwsAccess } from '../../core/aws-access.ts';
import { awsDomain } from '../../core/aws-domain.ts';
import { codeOf, DependencyError } from '../../core/errors.ts';
import type { SecretName } from '../../core/secret-address.ts';
import { TRIES, withTries } from '../../core/tries.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { post } from './post.ts';
import { authorizationOf, signingTime } from './sign.ts';

export interface SecretsManagerOptions extends AwsAccess {
  /** For all of a read, its tries included. */
  timeoutMs: number;
  /** Where the value of each name is. */
  secrets: ReadonlyMap<string, SecretName>;
}

const SERVICE = 'secretsmanager';
/** What is asked of the service, and nothing else. */
const TARGET = 'secretsmanager.GetSecretValue';

/** The service refused, by a code of its own. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
const found = z.object({ SecretString: z.string().optional() });
/** `com.amazonaws.secretsmanager#ResourceNotFoundException`, or without what stands before. */
const refused = z.object({ __type: z.string() });

/**
 * The port Secrets on AWS Secrets Manager, which takes 10,000 reads a second: every environment that starts makes one. Without AWS's own
 * driver, which costs a start more than all else that most functions load (docs/decisions/0042).
 */
export function secretsManager({ endpoint, timeoutMs, secrets, ...access }: SecretsManagerOptions): Secrets {
  const url = new URL(endpoint ?? `https://${SERVICE}.${access.region}.${awsDomain(access.region)}/`);

  async function ask(SecretId: string, signal: AbortSignal): Promise<string | undefined> {
    const body = JSON.stringify({ SecretId });
    const at = signingTime(Date.now());
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      host: url.host,
      'x-amz-date': at,
      'x-amz-target': TARGET,
      ...(access.sessionToken !== undefined && { 'x-amz-security-token': access.sessionToken }),
    };
    const authorization = authorizationOf({ ...access, headers, body, service: SERVICE, at });
    const within = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs / TRIES))]);
    const { status, text } = await post(url, { headers: { ...headers, authorization }, body, signal: within });
    if (status === 200) return found.parse(JSON.parse(text)).SecretString;
    throw new Refusal(refusalIn(text) ?? `status ${status}`);
  }

  /** @returns undefined where there is no such secret, or no text in it */
  async function get(id: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await withTries(() => ask(id, signal), signal);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'ResourceNotFoundException') return undefined;
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
        // Of what was thrown only the code is told: what a parser says quotes the answer.
        const isAnswer = cause instanceof Refusal;
        const reason = signal.aborted && !isAnswer ? `no answer within ${timeoutMs} ms` : codeOf(cause);
        throw new DependencyError('secrets-manager', reason);
      }
    },
  };
}

function refusalIn(text: string): string | undefined {
  const parsed = refused.safeParse(recordIn(text));
  return parsed.success ? parsed.data.__type.split('#').at(-1) : undefined;
}

function valueIn(text: string | undefined, key: string | undefined): string | undefined {
  if (key === undefined || text === undefined) return text;
  const value: unknown = Object.entries(recordIn(text)).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
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
