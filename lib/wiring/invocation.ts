import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'aws-lambda';
import type { Log } from '../sdk/log.ts';

interface Invocation {
  /** Lambda's. */
  request_id: string;
}

/** Not a key of the logger's own: on this machine a process works on many invocations at once. */
const underWay = new AsyncLocalStorage<Invocation | undefined>();

/** Does the work of one invocation, whose lines say that they are of it. */
export const inInvocation = <Value>({ awsRequestId }: Pick<Context, 'awsRequestId'>, work: () => Value): Value =>
  underWay.run({ request_id: awsRequestId }, work);

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
