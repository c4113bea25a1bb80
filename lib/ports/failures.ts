import type { CountedAttempts } from '../core/attempts.ts';
import type { FailureCause, FailureState } from '../core/failure.ts';
import type { JobReplay, ReplayOutcome } from '../core/job-outcomes.ts';
import type { Message } from '../core/message.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Publication } from './publisher.ts';
import type { EventRecord } from './records.ts';

export interface FailureRecord {
  /** Hash of event key, fingerprint and replay number of the first letter; undecodable: of the body (lib/core/failure-id.ts). */
  _id: string;
  /** Absent: 1 (lib/core/format.ts). */
  format?: number;
  tenant: string | null;
  eventKey: string | null;
  type: string | null;
  cause: FailureCause;
  code: string;
  message: string;
  group: string;
  /** Of the event; absent where there is none, and in what older code wrote. */
  source?: string;
  /** JSON text of the event's attributes; null when it could not be decoded. */
  event: string | null;
  /** JSON text of the event's data; left out in lists. */
  data?: string;
  /** The raw body of an undecodable message. */
  body?: string;
  fingerprint: string | null;
  /** Of the latest letter or, while it is replayed, of that replay. */
  replay: number;
  /** The last of every run, those of replays that failed among them (lib/core/attempts.ts); in lists without their errors. */
  attempts: Attempt[];
  /** How many there were; absent in what older code wrote. */
  attempted?: number;
  recordedtime: string;
  state: FailureState;
  /** Replays of many that replayed it, the last of them. */
  byJobs?: JobReplay[];
  /** Of its latest replay, once that has settled. */
  outcome?: ReplayOutcome;
  /** When its latest replay was written, or asked for again. */
  replayedAt?: Date;
  /** The new event that an edited replay made of it (protocol: replacement-is-written-down). */
  replacement?: Replacement;
  discarded?: { reason: string; at: string };
  /** Unset while it is open. */
  expireAt?: Date;
}

/** A new event in place of a failed one, and all that publishing it again takes. */
export interface Replacement {
  key: string;
  id: string;
  source: string;
  publication: Publication;
}

export interface FailureDecision {
  failure: FailureRecord;
  /** Present when the event itself has failed; absent when its record belongs to another payload. */
  closes?: { key: string; message: Message } & CountedAttempts;
}

/** What the dead-letter function writes. */
export interface Failures {
  /**
   * Failure and state of the record in one transaction. The same failure again changes nothing.
   * @param key of the event; null when the body could not be decoded
   * @param decide sees the record as it stands in the transaction; may be called again when another writer came between
   */
  record(key: string | null, decide: (record: EventRecord | null) => FailureDecision | null): Promise<Recorded>;
}

export interface Recorded {
  /** What a letter has become; undefined: nothing was to change, or it stood there already. */
  failure?: FailureRecord | undefined;
  /** The event's record after it. */
  record: EventRecord | null;
}
