import { DependencyError } from '../../core/errors.ts';
import { translate } from './errors.ts';

/** MongoDB was given up; the operation may still be under way. */
export class BudgetError extends DependencyError {
  constructor(ms: number) {
    super('mongodb', `MongoDB did not answer within ${Math.round(ms)} ms`);
  }
}

/** Of the time that is left, what the server may use: it gives up a little earlier, so that its answer comes and nothing is left under way. */
const SERVER_SHARE = 0.9;

/** What the server may take, in ms, of the time that is left. https://www.mongodb.com/docs/manual/reference/method/cursor.maxTimeMS/ */
export const serverTime = (leftMs: number): { maxTimeMS: number } => ({
  maxTimeMS: Math.max(1, Math.floor(leftMs * SERVER_SHARE)),
});

/** Operations that follow one another, watched by one timer: one for each costs more than all else that bounds it. */
export interface Watch {
  /**
   * Waits for what is under way as long as the budget allows.
   * @param collection what it works on, for the message
   * @param givenUp hears that nobody waits any more
   * @throws as withinBudget
   */
  within<Value>(ms: number, underWay: Promise<Value>, collection?: string, givenUp?: () => void): Promise<Value>;
  /** Leaves no timer behind: nothing is under way. */
  end(): void;
}

/** https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Of operations that belong together, such as those of a transaction. */
export function createWatch(): Watch {
  const watched = new Set<{ until: number; giveUp(): void }>();
  let timer: NodeJS.Timeout | undefined;
  let firesAt = Number.POSITIVE_INFINITY;
  const lookAt = (at: number): void => {
    clearTimeout(timer);
    firesAt = at;
    timer = setTimeout(look, Math.min(LONGEST_TIMER_MS, Math.max(0, at - performance.now())));
  };
  const look = (): void => {
    firesAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const one of watched) {
      if (one.until <= now) one.giveUp();
      else next = Math.min(next, one.until);
    }
    if (next < Number.POSITIVE_INFINITY) lookAt(next);
  };
  return {
    within: (ms, underWay, collection, givenUp) =>
      new Promise((resolve, reject) => {
        const one = {
          until: performance.now() + ms,
          giveUp: () => {
            watched.delete(one);
            givenUp?.();
            reject(new BudgetError(ms));
          },
        };
        watched.add(one);
        if (one.until < firesAt) lookAt(one.until);
        underWay.then(
          (value) => {
            watched.delete(one);
            resolve(value);
          },
          (error: unknown) => {
            watched.delete(one);
            reject(translate(error, collection));
          },
        );
      }),
    end: () => {
      clearTimeout(timer);
      firesAt = Number.POSITIVE_INFINITY;
    },
  };
}

/** What the server may take of what is left of a budget, asked for at each read. */
export type TimeLeft = () => { maxTimeMS: number };

/**
 * Waits for an operation as long as the budget allows (protocol: our-budgets), and throws what it throws in our words
 * (errors.ts). A write that is given up may still have been done; a read is given what is left, so that it does not go on.
 * @param ms the budget
 * @param collection what it works on, for the message
 * @throws BudgetError when no answer came in time
 */
export const withinBudget = <Value>(
  ms: number,
  operation: (left: TimeLeft) => Promise<Value>,
  collection?: string,
): Promise<Value> =>
  // Every operation comes through here: one promise, where a race takes several.
  new Promise((resolve, reject) => {
    const end = performance.now() + ms;
    const timer = setTimeout(() => reject(new BudgetError(ms)), Math.max(0, ms));
    const failed = (error: unknown): void => {
      clearTimeout(timer);
      reject(translate(error, collection));
    };
    try {
      operation(() => serverTime(end - performance.now())).then((value) => {
        clearTimeout(timer);
        resolve(value);
      }, failed);
    } catch (error) {
      failed(error);
    }
  });
