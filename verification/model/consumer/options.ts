import type { Payload } from './payload.ts';

export const CONSUMER_MUTANTS = [
  'condition-without-fingerprint',
  'failure-key-without-fingerprint',
  'dead-letter-trusts-its-cause',
  'settling-leaves-failure',
  'desk-leaves-record',
  'replay-of-id-reused',
  'bare-claim-answers-accepted',
  'claim-keeps-no-outcome',
  'result-stored-blindly',
  'applied-to-current-only',
  'rebuild-without-guard',
  'guard-cut-while-building',
  'edited-replay-not-written-down',
  'higher-replay-before-fingerprint',
  'condition-without-replay',
  'condition-without-final',
  'condition-checked-before-not-written',
  'effect-outside-transaction',
  'attempt-unconditional',
  'ack-before-dlq-confirmed',
  'handlers-duplicate-key-is-done',
  'dead-letter-unconditional',
  'fingerprint-not-compared-afterwards',
  'desk-forgets-blindly',
  'letter-before-record-is-closed',
  'refusal-keeps-effect',
  'no-guard',
  'guard-of-one-hour',
  'guard-cut-before-mark',
  'mark-before-apply',
  'final-acked-unprojected',
  'run-outlives-short-guard',
] as const;
export type Mutant = (typeof CONSUMER_MUTANTS)[number];

export interface Options {
  accepted: readonly Payload[];
  /** What the handler may come to. */
  outcomes: readonly ('succeeded' | 'rejected' | 'error' | 'permanent')[];
  /** Runs at once. */
  runs: number;
  attempts: number;
  replays: number;
  asks: number;
  projections: boolean;
  rebuild: boolean;
  /** Somebody may write another kind of value under the projection's key. */
  wrongKind: boolean;
  /** SQS may move a message to the dead letters after its last receive. */
  movedBySqs: boolean;
  results: boolean;
  edit: boolean;
  faults: number;
  mutant: Mutant | null;
}
