import type { FailureState } from './failure.ts';

/** That a replay of many replayed a failure, as its how manieth replay; the failure says so itself. */
export interface JobReplay {
  job: string;
  replay: number;
}

/** How a replay ended that did not fail again. */
export type ReplayOutcome = 'succeeded' | 'rejected' | 'expired';

export interface JobOutcomes {
  succeeded: number;
  rejected: number;
  expired: number;
  failedAgain: number;
  waiting: number;
}

/** Of a failure, what tells the outcome of one of its replays. */
export interface ReplayedFailure {
  state: FailureState;
  /** Its latest. */
  replay: number;
  /** Of its latest replay, where that has settled. */
  outcome?: ReplayOutcome;
  /** Whether a new event came in its place. */
  replaced: boolean;
}

/**
 * What became of one replay of a failure. A later replay, a new event or a discard can only follow one that failed again;
 * of one that older code settled the outcome is not known, and it is called waiting.
 */
export function outcomeOf(failure: ReplayedFailure, replay: number): keyof JobOutcomes {
  if (failure.replay !== replay || failure.replaced) return 'failedAgain';
  if (failure.state === 'replaying') return 'waiting';
  if (failure.state === 'replayed') return failure.outcome ?? 'waiting';
  return 'failedAgain';
}

export const noOutcomes: JobOutcomes = { succeeded: 0, rejected: 0, expired: 0, failedAgain: 0, waiting: 0 };
