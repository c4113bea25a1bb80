import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type FunctionPool, startPool } from '../../local/stack/function-process/pool.ts';
import { gatewayEvent, type Sent } from '../../test/support/api-gateway.ts';
import type { Bundles } from './bundles.ts';

/** The functions of one version, each in a process of its own that starts when it is first called. */
export interface Side {
  /** Calls a function behind the gateway. */
  ask(entry: string, sent: Sent): Promise<{ status: number; body: Readonly<Record<string, unknown>> }>;
  /** Calls a function behind a queue. @param type of the consumer */
  handle(entry: string, event: object, type?: string): Promise<unknown>;
  end(): Promise<void>;
}

/**
 * @param environment of every function; each reads what is its own
 * @param caller who asks, as its authorizer tells of it: earlier code reads another form, and takes nobody for the tenant `local`
 * @param watch hears the id of each process, so that it is ended even if this one is killed
 */
export function sideOf(
  bundles: Bundles,
  environment: Readonly<Record<string, string>>,
  caller: Pick<Sent, 'authorizer'>,
  watch: (pid: number) => () => void,
): Side {
  const pools = new Map<string, FunctionPool>();
  const poolOf = (entry: string, type = ''): FunctionPool => {
    const name = `rolling-${entry}-${type}`;
    const standing = pools.get(name);
    if (standing) return standing;
    const file = bundles.fileOf(entry);
    const spec = { name, file, exportName: 'handler', timeoutSeconds: 40, memoryMb: 1024, region: 'us-east-1' };
    const started = startPool(
      { ...spec, environment: { ...environment, EVENT_TYPE: type } },
      { processes: 1, invocationsEach: 4, output: () => {}, watch },
    );
    pools.set(name, started);
    return started;
  };
  return {
    async ask(entry, sent) {
      const answered = (await poolOf(entry).invoke(
        gatewayEvent({ ...caller, ...sent }),
      )) as APIGatewayProxyStructuredResultV2;
      return { status: answered.statusCode ?? 0, body: JSON.parse(answered.body ?? '{}') };
    },
    handle: (entry, event, type) => poolOf(entry, type).invoke(event),
    async end() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}
