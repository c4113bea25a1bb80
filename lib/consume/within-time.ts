import { TimeoutError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Said where nobody asks why: without a reason `abort` would make an error with a stack for each. */
export const DONE = 'done';

/**
 * Ends waiting, not the handler: what it writes afterwards finds its transaction closed.
 * @param seconds of its type, for the error
 * @param ms that it has
 * @param work is given what tells it that its time is up
 * @throws TimeoutError, or what the work throws
 */
export async function withinTime<Value>(
  seconds: number,
  ms: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const done = new AbortController();
  const timeUp = clock.sleep(ms, done.signal).then(() => {
    if (done.signal.aborted) return undefined as never;
    const error = new TimeoutError(seconds);
    over.abort(error);
    throw error;
  });
  try {
    return await Promise.race([work(over.signal), timeUp]);
  } finally {
    done.abort(DONE);
  }
}
