import type { Clock, Random } from '../ports/clock.ts';

export interface Refreshing {
  clock: Clock;
  random: Random;
  /** Hears why it could not be made anew; what was made before goes on serving. */
  failed(error: unknown): void;
}

/** Between two times that a value is made; some environments are earlier, some later. */
const EVERY_MS = 300_000;

/**
 * What was made once, and is made anew from time to time: when somebody asks, and behind their back (protocol: settings-before-the-run).
 * @param first makes it for the first time, as often as it is asked to until that works
 * @param again makes it anew
 * @returns what was made last
 */
export function refreshed<Value>(
  first: () => Promise<Value>,
  again: () => Promise<Value>,
  { clock, random, failed }: Refreshing,
): () => Promise<Value> {
  let last: { value: Value } | undefined;
  let dueAt = 0;
  const keep = (value: Value): Value => {
    last = { value };
    return value;
  };
  const waitOn = (): void => {
    dueAt = clock.now() + EVERY_MS * (0.75 + random() / 2);
  };
  return async () => {
    if (!last) {
      const value = keep(await first());
      waitOn();
      return value;
    }
    if (clock.now() >= dueAt) {
      waitOn();
      again().then(keep, failed);
    }
    return last.value;
  };
}
