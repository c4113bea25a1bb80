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
 * One that old is waited for: its function had nothing to do meanwhile, or was frozen each time before it was made anew, as it is when
 * its events are handled sooner than that.
 */
const OLD_MS = 2 * EVERY_MS;

/**
 * What was made once, and is made anew from time to time: when somebody asks, and behind their back unless it is old
 * (protocol: settings-before-the-run).
 * @param first makes it for the first time, as often as it is asked to until that works
 * @param again makes it anew
 * @returns what was made last
 */
export function refreshed<Value>(
  first: () => Promise<Value>,
  again: () => Promise<Value>,
  { clock, random, failed }: Refreshing,
): () => Promise<Value> {
  let last: { value: Value; begun: number; at: number } | undefined;
  let begun = 0;
  let dueAt = 0;
  async function make(how: () => Promise<Value>): Promise<Value> {
    const mine = { begun: ++begun, at: clock.now() };
    const value = await how();
    // What was begun later is newer, whichever comes first.
    if (!last || last.begun < mine.begun) last = { value, ...mine };
    return last.value;
  }
  const waitOn = (): void => {
    dueAt = clock.now() + EVERY_MS * (0.75 + random() / 2);
  };
  return async () => {
    if (!last) {
      const value = await make(first);
      waitOn();
      return value;
    }
    if (clock.now() < dueAt) return last.value;
    waitOn();
    const isOld = clock.now() - last.at >= OLD_MS;
    const making = make(again).catch(failed);
    if (isOld) await making;
    return last.value;
  };
}
