/** The time was over before the answer came. */
export class TimeOver extends Error {}

/**
 * @returns what the promise brings
 * @throws TimeOver when that has not come after `ms`
 */
export const within = <Value>(promise: Promise<Value>, ms: number): Promise<Value> => new Limit(ms).bound(promise);

/** One limit for all calls of a tick: a thousand claims need one timer, not a thousand. */
export class SharedLimit {
  readonly #ms: number;
  #current: Limit | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** As `within`, for the same time each. */
  within<Value>(promise: Promise<Value>): Promise<Value> {
    const limit = this.#current ?? this.#begin();
    return limit.bound(promise, () => {
      // A limit that nobody waits for any more has no timer; whoever comes next needs a new one.
      if (this.#current === limit) this.#current = undefined;
    });
  }

  #begin(): Limit {
    const limit = new Limit(this.#ms);
    this.#current = limit;
    process.nextTick(() => {
      if (this.#current === limit) this.#current = undefined;
    });
    return limit;
  }
}

class Limit {
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Set<(fault: TimeOver) => void>();

  constructor(ms: number) {
    // On a busy machine the answer may lie in the socket while the timer fires: it is read before anything is given up.
    this.#timer = setTimeout(() => setImmediate(() => this.#end()), Math.max(0, ms));
  }

  /** @param whenLeft nobody waits any more, and the timer is gone */
  bound<Value>(promise: Promise<Value>, whenLeft = () => {}): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const leave = (): void => {
        if (!this.#waiting.delete(reject) || this.#waiting.size > 0) return;
        clearTimeout(this.#timer);
        whenLeft();
      };
      promise.then(
        (value) => {
          leave();
          resolve(value);
        },
        (fault: unknown) => {
          leave();
          reject(fault);
        },
      );
    });
  }

  #end(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const giveUp of waiting) giveUp(new TimeOver('no answer in time'));
  }
}
