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
    async within(work) {
      if (over) throw over;
      const controller = new AbortController();
      const { promise: timeUp, reject } = Promise.withResolvers<never>();
      const giveUp = (error: TimeoutError): void => {
        controller.abort(error);
        reject(error);
      };
      underWay.add(giveUp);
      try {
        return await Promise.race([work(controller.signal), timeUp]);
      } finally {
        underWay.delete(giveUp);
      }
    },
    end: () => ended.abort(DONE),
  };
}
