import { GetParametersCommand, SSMClient, SSMServiceException } from '@aws-sdk/client-ssm';
import { chunksOf } from '../../core/chunks-of.ts';
import { DependencyError, messageOf } from '../../core/errors.ts';
import { TRIES, withTries } from '../../core/tries.ts';
import type { Secrets } from '../../ports/secrets.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const NAMES_AT_A_TIME = 10;

export interface ParameterStoreOptions {
  /** Only where the store is not AWS's own. */
  endpoint?: string | undefined;
  /** For all of a read, its tries included. */
  timeoutMs: number;
  /** What the parameter of each name is called: `/sluice/prod/PARTNER_KEY`. */
  parameters: ReadonlyMap<string, string>;
}

/** The port Secrets on the Parameter Store of AWS Systems Manager, which throttles an account at some tens of reads a second. */
export function parameterStore({ endpoint, timeoutMs, parameters }: ParameterStoreOptions): Secrets {
  const client = new SSMClient({
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(1000, timeoutMs),
      requestTimeout: Math.ceil(timeoutMs / TRIES),
      throwOnRequestTimeout: true,
    },
  });

  async function get(names: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const command = () => new GetParametersCommand({ Names: [...names], WithDecryption: true });
    const { Parameters = [] } = await withTries(() => client.send(command(), { abortSignal: signal }), signal);
    return new Map(Parameters.flatMap(({ Name, Value }) => (Name && Value ? [[Name, Value]] : [])));
  }

  return {
    async read(names) {
      const asked = names.flatMap((name) => parameters.get(name) ?? []);
      const batches = chunksOf(asked, NAMES_AT_A_TIME);
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const found = new Map(
          (await Promise.all(batches.map((batch) => get(batch, signal)))).flatMap((one) => [...one]),
        );
        return new Map(
          names.flatMap((name) => {
            const value = found.get(parameters.get(name) ?? '');
            return value === undefined ? [] : [[name, value] as const];
          }),
        );
      } catch (cause) {
        // What a parser says quotes the answer, and the driver's error holds all of it.
        if (cause instanceof SyntaxError) throw new DependencyError('parameter-store', 'an answer that is no JSON');
        const isAnswer = cause instanceof SSMServiceException;
        const reason = signal.aborted && !isAnswer ? `no answer within ${timeoutMs} ms` : messageOf(cause);
        throw new DependencyError('parameter-store', reason, { cause });
      }
    },
  };
}
