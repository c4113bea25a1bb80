import type { Attempt } from './outcome.ts';

/** Attempts that a record or a failure keeps, the last ones; all are counted. A replay adds some, and nobody says how often one is asked for. */
export const KEPT_ATTEMPTS = 50;

/** Attempts as MongoDB holds them. */
export interface StoredAttempts {
  attempts: readonly Attempt[];
  /** How many there were; absent in what older code wrote. */
  attempted?: number;
}

export interface CountedAttempts {
  attempts: Attempt[];
  attempted: number;
}

/** How many attempts there were. Until some are left out the list is their count, also where older code wrote beside this. */
export const attemptedOf = ({ attempts, attempted = 0 }: StoredAttempts): number =>
  attempts.length < KEPT_ATTEMPTS ? attempts.length : Math.max(attempted, attempts.length);

/** The last of these, as many as are kept. */
export const keptOf = (attempts: readonly Attempt[]): Attempt[] => attempts.slice(-KEPT_ATTEMPTS);

/** The same with these attempts more. */
export const withAttempts = (stored: StoredAttempts, more: readonly Attempt[]): CountedAttempts => ({
  attempts: keptOf([...stored.attempts, ...more]),
  attempted: attemptedOf(stored) + more.length,
});
