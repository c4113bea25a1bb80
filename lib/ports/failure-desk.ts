import type { FailureState } from '../core/failure.ts';
import type { AuditEntry } from './audit.ts';
import type { Reach } from './failure-queries.ts';
import type { FailureRecord, Replacement } from './failures.ts';
import type { EventRecord } from './records.ts';

/** A failure as it stands, with what became of its event. */
export interface DeskView {
  failure: FailureRecord;
  /** Of the failure's event key, whosever payload it is of. */
  record: EventRecord | null;
  /** Has a consumer seen the event that replaces the failed one? */
  replacementSeen: boolean;
}

/** What the failure desk writes; each is one transaction on the failure and its event's record. */
export type DeskChange =
  /**
   * Failure to `replaying`, record from (failed, replay - 1) to (retrying, replay), no attempts and no starts
   * (protocol: replay-moves-the-record). The failure says which job did so, where one did.
   */
  | { kind: 'replay'; replay: number; at: Date; job?: string }
  /** The same once more. */
  | { kind: 'ask-again'; at: Date }
  /** Closes the failure and writes down in it the event that comes instead (protocol: replacement-is-written-down). */
  | { kind: 'replace'; replacement: Replacement; at: Date }
  /** A replay that SQS refused for good: failure to `failed-again`, record back to (failed, replay); its number stays used. */
  | { kind: 'take-back-replay'; at: Date }
  /** A new event that SQS refused for good: the failure is as it was before. */
  | { kind: 'take-back-replacement'; state: FailureState; at: Date }
  /** `withdraws`: a replay that is under way, of which no consumer has left a trace; its record is (failed, replay) from then on. */
  | { kind: 'discard'; reason: string; at: Date; withdraws?: true };

/** What becomes of a failure, and what is told of it: nothing of what a replay of many does, which is told of as one. */
export interface DeskDecision {
  change: DeskChange;
  audit: AuditEntry | 'of its job';
}

export interface FailureDesk {
  /**
   * In one transaction with what is told of it.
   * @param decide sees the failure as it stands in the transaction; may be called again when another writer came between; null: change
   *   nothing. What it throws comes out.
   * @returns the failure after it, or null when there is no such failure within reach
   */
  change(reach: Reach, id: string, decide: (view: DeskView) => DeskDecision | null): Promise<FailureRecord | null>;
}
