import { setTimeout as pause } from 'node:timers/promises';

export const TRIES = 3;
/** Before a second and a third try; full jitter. */
const PAUSE_MS = 200;

/**
 * Asks three times, whatever it fails of: stores of secrets throttle an account, and rights take a while to be known everywhere.
 * @param signal ends it, pauses too
 * @throws what the last try threw, also where the signal ends the pause after it
 */
export async function withTries<Value>(ask: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === TRIES || signal.aborted) throw error;
      if (!(await isOver(pause(Math.random() * PAUSE_MS * tries, undefined, { signal })))) throw error;
    }
  }
}

/** @returns false where the signal ended it, which alone can */
const isOver = (pausing: Promise<void>): Promise<boolean> =>
  pausing.then(
    () => true,
    () => false,
  );
