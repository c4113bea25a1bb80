import { TimeoutError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Said where nobody asks why: without a reason `abort` would make an error with a stack for each. */
export const DONE = 'done';

/** The time of a handler, or of several that take turns: one timer for all of them. */
export interface TimeLimit {
  /**
   * Ends waiting, not the handler: what it writes afterwards finds its transaction closed.
   * @param work is given what tells it that its time is up
   * @throws TimeoutError, or what the work throws
   */
  within<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** Nothing has to end any more, and no timer is left. */
  end(): void;
}

/**
 * Begins now.
 * @param seconds of its type, for the error
 * @param ms that there are
 */
export function timeLimit(seconds: number, ms: number, clock: Pick<Clock, 'sleep'>): TimeLimit {
  const ended = new AbortController();
  const underWay = new Set<(error: TimeoutError) => void>();
  let over: TimeoutError | undefined;
  void clock.sleep(ms, ended.signal).then(() => {
    if (ended.signal.aborted) return;
    over = new TimeoutError(seconds);
    for (const giveUp of underWay) giveUp(over);
  });
  return {
    within: (work) =>
      // Each event of a batch comes through here: one promise, where a race takes several.
      new Promise((resolve, reject) => {
        if (over) return reject(over);
        const controller = new AbortController();
        const giveUp = (error: TimeoutError): void => {
          controller.abort(error);
          reject(error);
        };
        const working = work(controller.signal);
        underWay.add(giveUp);
        working.then(
          (value) => {
            underWay.delete(giveUp);
            resolve(value);
          },
          (fault: unknown) => {
            underWay.delete(giveUp);
            reject(fault);
          },
        );
      }),
    end: () => ended.abort(DONE),
  };
}
