import { during, type Run } from '../core/current-run.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { Log } from '../sdk/log.ts';

/** How long a context may be used: while its handler runs, and what that began is under way. */
export interface Life {
  /**
   * The same object, whose methods are refused with `transaction-over` once the run is over.
   * @param how by a promise, or by throwing where the methods give none; promises count as handled, so that one that nobody waits for
   * ends no process
   */
  bound<Used extends object>(used: Used, how: 'rejects' | 'throws'): Used;
  /** Calls the handler. */
  begin<Value>(handler: () => Value): Value;
  end(): void;
}

/** A late use is said in the log, once a run, with its events; to whoever it was it is refused (protocol: late-use). */
export function createLife(run: Run, log: Log): Life {
  let over = false;
  let said = false;
  const late = (): SluiceError => {
    const error = new SluiceError(
      'transaction-over',
      'the context was used after the run had ended: await what is begun',
      { retryable: true },
    );
    if (!said)
      log.error('a context was used after its run had ended: its effect is lost', { ...run.fields, code: error.code });
    said = true;
    return error;
  };
  const refuse = (how: 'rejects' | 'throws'): Promise<never> => {
    const error = late();
    if (how === 'throws') throw error;
    return handled(Promise.reject(error));
  };
  return {
    begin: (handler) => during(run, handler),
    end: () => {
      over = true;
    },
    bound: (used, how) =>
      new Proxy(used, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => {
            if (over) return refuse(how);
            const answer: unknown = Reflect.apply(member, target, given);
            return answer instanceof Promise ? handled(answer) : answer;
          };
        },
      }),
  };
}

function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
