/** The time was over before the answer came. */
export class TimeOver extends Error {}

/**
 * @returns what the promise brings
 * @throws TimeOver when that has not come after `ms`
 */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  const limit = new Limit(ms);
  try {
    return await limit.race(promise);
  } finally {
    limit.leave();
  }
}

/** One limit for all calls of a tick: a thousand claims need one timer, not a thousand. */
export class SharedLimit {
  readonly #ms: number;
  #current: Limit | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** As `within`, for the same time each. */
  async within<Value>(promise: Promise<Value>): Promise<Value> {
    const limit = this.#current ?? this.#begin();
    try {
      return await limit.race(promise);
    } finally {
      // A limit that nobody waits for any more has no timer; whoever comes next needs a new one.
      if (limit.leave() && this.#current === limit) this.#current = undefined;
    }
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
  readonly #over: Promise<never>;
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;

  constructor(ms: number) {
    this.#over = new Promise((_, reject) => {
      // On a busy machine the answer may lie in the socket while the timer fires: it is read before anything is given up.
      this.#timer = setTimeout(() => setImmediate(() => reject(new TimeOver('no answer in time'))), Math.max(0, ms));
    });
  }

  race<Value>(promise: Promise<Value>): Promise<Value> {
    this.#waiting++;
    return Promise.race([promise, this.#over]);
  }

  /** @returns whether nobody waits any more; the timer is gone then */
  leave(): boolean {
    if (--this.#waiting > 0) return false;
    clearTimeout(this.#timer);
    return true;
  }
}
