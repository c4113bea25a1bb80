export const failureCauses = [
  'permanent',
  'invalid-data',
  'attempts-exhausted',
  'crashed',
  'id-reused',
  'undecodable',
] as const;
export type FailureCause = (typeof failureCauses)[number];

export const failureStates = ['open', 'replaying', 'replayed', 'failed-again', 'discarded'] as const;
export type FailureState = (typeof failureStates)[number];
/** Those that wait for a person. */
export const OPEN_STATES = ['open', 'failed-again'] as const satisfies FailureState[];

/** Why an event is about to become a failure, kept in its record until the dead-letter function has written that failure. */
export interface LastWord {
  cause: FailureCause;
  code: string;
  message: string;
  /** Failures of one kind share it (lib/core/failure-group.ts). */
  group: string;
}
