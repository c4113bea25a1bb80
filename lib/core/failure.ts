export type FailureCause =
  | 'permanent'
  | 'invalid-data'
  | 'attempts-exhausted'
  | 'crashed'
  | 'id-reused'
  | 'undecodable';

export type FailureState = 'open' | 'replaying' | 'replayed' | 'failed-again' | 'discarded';

/** Why an event is about to become a failure, kept in its record until the dead-letter function has written that failure. */
export interface LastWord {
  cause: FailureCause;
  code: string;
  message: string;
  /** Failures of one kind share it (lib/core/failure-group.ts). */
  group: string;
}
