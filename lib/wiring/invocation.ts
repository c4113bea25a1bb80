import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'aws-lambda';
import type { Log } from '../sdk/log.ts';

interface Invocation {
  /** Lambda's. */
  request_id: string;
  /** Of who asks, where it answers a request: id and name of the key, and never the key. */
  key_id?: string;
  key_name?: string;
}

/** Not a key of the logger's own: on this machine a process works on many invocations at once. */
const underWay = new AsyncLocalStorage<Invocation | undefined>();

/** Does the work of one invocation, whose lines say that they are of it, and who asks for it. */
export const inInvocation = <Value>(
  { awsRequestId }: Pick<Context, 'awsRequestId'>,
  work: () => Value,
  caller: Pick<Invocation, 'key_id' | 'key_name'> = {},
): Value => underWay.run({ request_id: awsRequestId, ...caller }, work);

/** What a line says of the invocation that it is of, if it is of one. */
export const invocationFields = (): Invocation | undefined => underWay.getStore();

/** For what outlives the invocation that made it, such as a connection: its lines are of none. */
export function outsideInvocations(log: Log): Log {
  const outside = (say: Log['info']): Log['info'] => {
    return (message, details) => underWay.run(undefined, () => say(message, details));
  };
  return {
    debug: outside(log.debug),
    info: outside(log.info),
    warn: outside(log.warn),
    error: outside(log.error),
  };
}
