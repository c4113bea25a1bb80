import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Tries again what says of itself that trying again is safe and sensible, for 20 s: a busy machine is no fault.
 * @throws what the last try threw, at once where it is not `retryable`; the signal's reason when aborted
 */
export async function patiently<Result>(attempt: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const until = Date.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS))
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isRetryable(error) || Date.now() + pause > until) throw error;
      await wait(pause, undefined, { signal });
    }
}

const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true;

/** An answer that asks for another try. */
export class TryAgain extends Error {
  readonly retryable = true;
}
