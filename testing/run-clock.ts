import { once } from 'node:events';
import type { Clock } from '../lib/ports/clock.ts';
import { systemClock } from '../lib/wiring/clock.ts';

/** A test has no function whose time is up: its handler's time is what ends. */
export const untilTheEnd = (): number => Number.POSITIVE_INFINITY;

/**
 * The time of this machine, in which the time of a run can also end early.
 * @param timeUp ends it when it aborts
 */
export function runClock(timeUp: AbortSignal | undefined): Clock {
  return {
    now: systemClock.now,
    sleep: async (ms, signal) => {
      if (!signal) return systemClock.sleep(ms);
      if (ms === untilTheEnd()) await once(signal, 'abort');
      else await systemClock.sleep(ms, timeUp ? AbortSignal.any([signal, timeUp]) : signal);
    },
  };
}
