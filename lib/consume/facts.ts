import type { LastWord } from '../core/failure.ts';
import type { NotReadyReason, WaitReason } from '../core/next.ts';
import type { Attempt, Outcome } from '../core/outcome.ts';
import type { Thrown } from '../core/thrown.ts';
import type { PublicationOutcome } from '../ports/publisher.ts';
import type { KnownRecord } from '../ports/records.ts';
import type { Settlement } from '../ports/transaction.ts';

/** What becomes of a message: deleted; or visible again after so many seconds, or (`null`) as it is already. */
export type Fate =
  /** `projected`: its projections were applied, its record is still to be told. */
  | { kind: 'done'; projected?: boolean }
  /** `why`: said to callers who ask for the event, where it is known and its record does not say. */
  | { kind: 'returned'; seconds: number | null; why?: WaitReason };

/** The record of an event that has an outcome. */
export type SettledRecord = KnownRecord & { state: Outcome };

/** What is to be done before its fate can be decided; settle.ts does it, and comes back with a fact. */
export type Step =
  | { do: 'finish'; settlement: Settlement }
  | { do: 'finish-again'; record: SettledRecord }
  | { do: 'read-record' }
  /** With the seconds until the next one. */
  | { do: 'record-attempt'; attempt: Attempt; seconds: number; error: Thrown }
  /** Of a run that asked for another at no cost of an attempt, in so many seconds. */
  | { do: 'record-return'; seconds: number; error: Thrown }
  | { do: 'count-return'; error: Thrown }
  /** The record is closed to further runs, with these attempts more. */
  | {
      do: 'close';
      attempts: readonly Attempt[];
      lastWord: LastWord;
      /** It ends because of how many attempts the run has seen: only while that is how many there are. */
      asRead?: boolean;
      because?: { said: string; error: Thrown };
    }
  | { do: 'send-letter'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { do: 'settle-expired' };

/** What happened to a delivery. */
export type Fact =
  // Before it ran
  | { kind: 'expired' }
  | { kind: 'invalid-data'; error: Thrown }
  /** Something that is no fault of the event's stands in its way, and may last (protocol: waiting-ends). */
  | { kind: 'not-ready'; why: NotReadyReason; detail: string }
  /** Its next attempt is due so many seconds from now (protocol: attempts-have-a-due-time). */
  | { kind: 'early'; seconds: number }
  /** Its runs died alone as often as it may be tried, or are all used up. */
  | { kind: 'exhausted'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { kind: 'handed-back' }
  /** `settlement`: what a joint run has committed of it all the same. */
  | { kind: 'behind-another'; settlement?: Settlement | undefined }
  | { kind: 'no-time' }
  // Its run
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'refused' }
  | { kind: 'conflict' }
  | { kind: 'transient'; error: Thrown }
  | { kind: 'permanent'; error: Thrown }
  | { kind: 'error'; error: Thrown }
  /** `follows`: another one of its ordered group comes back before it. */
  | { kind: 'outage'; follows: boolean }
  // After its run
  | { kind: 'finished'; projected: boolean }
  | { kind: 'record-read'; record: KnownRecord | undefined }
  | { kind: 'attempt-recorded'; seconds: number }
  | { kind: 'return-recorded'; seconds: number }
  | { kind: 'return-counted'; returns: number; error: Thrown }
  | { kind: 'closed'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { kind: 'letter'; outcome: PublicationOutcome | undefined };
