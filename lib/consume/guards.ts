import { messageOf } from '../core/errors.ts';
import type { Projections } from '../ports/projections.ts';
import type { Log } from '../sdk/log.ts';

/** One guard: of an event, in a projection. */
export type Guard = Parameters<Projections['cutGuards']>[0][number];

/**
 * Guards that this environment may cut: their records say that they are projected. That goes out with what the next batch has for Redis, so
 * that nobody waits for it (protocol: told-before-cut). Those of the last batch of an environment keep their seven days.
 */
export interface Guards {
  /** These may be cut. */
  over(guards: readonly Guard[]): void;
  /** Cuts those of before, in one write with whatever else this tick sends to Redis. */
  cut(): void;
  /** Waits for what was begun: a function that rests with a call under way finds it broken. */
  ended(): Promise<void>;
}

export function createGuards({
  projections,
  log,
}: {
  projections: Pick<Projections, 'cutGuards'>;
  log: Pick<Log, 'warn'>;
}): Guards {
  let waiting: readonly Guard[] = [];
  let cutting = Promise.resolve();
  return {
    over: (guards) => {
      waiting = guards;
    },
    cut: () => {
      if (waiting.length === 0) return;
      const guards = waiting;
      waiting = [];
      cutting = projections
        .cutGuards(guards)
        .catch((error: unknown) => log.warn('guards keep their seven days', { reason: messageOf(error) }));
    },
    ended: () => cutting,
  };
}
