/** Time and randomness of a client; tests bring their own. */
export interface Pace {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

export interface RetryPolicy {
  /** Tries after the first one. */
  retries: number;
  /** The first pause is up to this long, each later one up to twice the one before. */
  baseMs: number;
  capMs: number;
  /** All pauses and tries together; a `Retry-After` that points beyond it ends the call with that answer. */
  patienceMs: number;
}

export const realPace: Pace = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

/**
 * Exponential backoff with full jitter, never shorter than what the server asked for.
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 * @returns a function that pauses and says true, or says false when the call should give up
 */
export function startRetrying(policy: RetryPolicy, pace: Pace, signal?: AbortSignal) {
  const giveUpAt = pace.now() + policy.patienceMs;
  let tries = 0;
  return async (retryAfterMs = 0): Promise<boolean> => {
    if (tries >= policy.retries) return false;
    const jitter = pace.random() * Math.min(policy.capMs, policy.baseMs * 2 ** tries);
    const pause = Math.max(retryAfterMs, jitter);
    if (pace.now() + pause > giveUpAt) return false;
    tries += 1;
    await pace.sleep(pause, signal);
    return true;
  };
}

/**
 * `Retry-After` in milliseconds from now: whole seconds or an HTTP-date (RFC 9110 section 10.2.3).
 * @returns undefined for an absent or malformed value
 */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^[A-Z][a-z]{2}, /.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
