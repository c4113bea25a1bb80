import { once } from 'node:events';
import type { Clock } from '../lib/ports/clock.ts';
import { systemClock } from '../lib/wiring/clock.ts';

/** A test has no function whose time is up: its handler's time is what ends. */
export const untilTheEnd = (): number => Number.POSITIVE_INFINITY;

/**
 * The time of this machine, in which the time of a run can also end early.
 * @param timeUp ends it when it aborts
 * @param dueAt when what is delivered is due: the run is no earlier
 */
export function runClock(timeUp: AbortSignal | undefined, dueAt: number): Clock {
  const ahead = Math.max(0, dueAt - systemClock.now());
  return {
    now: () => systemClock.now() + ahead,
    sleep: async (ms, signal) => {
      if (!signal) return systemClock.sleep(ms);
      if (ms === untilTheEnd()) await once(signal, 'abort');
      else await systemClock.sleep(ms, timeUp ? AbortSignal.any([signal, timeUp]) : signal);
    },
  };
}
