import type { Clock } from '../../lib/ports/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Time that moves only when the test says so; who sleeps on it wakes at once, that much later. */
export function fakeClock(start = Date.parse('2026-11-23T12:00:00.000Z')): FakeClock {
  let now = start;
  const advance = (ms: number) => {
    now += ms;
  };
  return { now: () => now, advance, sleep: async (ms) => advance(ms) };
}
