import { DependencyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 100;

/**
 * Bridges a moment in which a dependency does not answer, for work that may take its time.
 * @param step may be repeated without harm
 * @throws what the step throws: at once, or a DependencyError after five tries within some three seconds
 */
export async function steadily<Value>(clock: Clock, step: () => Promise<Value>): Promise<Value> {
  for (let tried = 1; ; tried++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof DependencyError) || tried === MOST_TRIES) throw error;
      await clock.sleep(FIRST_PAUSE_MS * 2 ** tried);
    }
  }
}
