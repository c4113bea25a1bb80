import type { Waiter } from '../core/access/identity.ts';
import type { Next } from '../core/next.ts';
import type { Attempt, Outcome } from '../core/outcome.ts';
import type { Scalar } from '../sdk/event.ts';
import type { Result } from '../sdk/result.ts';

/** A settled event as GET answers it, without `data` and `links`: plain JSON. */
export interface SettledEvent {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
  dataschema?: string;
  extensions: Record<string, Scalar>;
  status: Outcome;
  attempts: Attempt[];
  result?: Result;
  rejection?: { reason: string };
  failure?: { id: string; cause: string };
}

export interface StoredOutcome {
  outcome: Outcome;
  fingerprint: string;
  replay: number;
}

export interface Results {
  /**
   * Stores outcome and settled event over nothing, the same or a lower replay, and wakes waiters: one script
   * (protocol: newest-replay-tells, outcome-then-event).
   */
  tell(key: string, outcome: StoredOutcome, event: SettledEvent): Promise<void>;
  readOutcomes(keys: readonly string[]): Promise<(StoredOutcome | null)[]>;
  /** The settled event (kept 1 h), else the outcome (kept for the window), else null. */
  read(key: string): Promise<{ outcome: StoredOutcome; event?: SettledEvent } | null>;
  /**
   * Subscribes, then calls `look`, then waits for a wake-up, and looks once more at the end.
   * @returns what `look` found, or null when the time was over
   */
  wait<Found>(key: string, ms: number, look: () => Promise<Found | null>): Promise<Found | null>;
  /** A place for one waiter, of its key's, of its tenant's and of all; null when there is none. Frees itself after `ms`. */
  takeSlot(waiter: Waiter, ms: number): Promise<{ release(): Promise<void> } | null>;
  /** Says of events that come back why, and when; forgotten soon after (protocol: says-why-it-waits). */
  noteWaits(waits: readonly Wait[]): Promise<void>;
  readWait(key: string): Promise<Next | null>;
  /** Declares start marks void, for readers of the mark, where MongoDB was not told or did not answer (protocol: withdrawn-marks). */
  voidMarks(marks: readonly { key: string; run: string }[]): Promise<void>;
  /** @returns the runs among these that are void, as `key run` */
  voidedMarks(marks: readonly { key: string; run: string }[]): Promise<Set<string>>;
}

/** Why an event comes back, in how many seconds, and when that is. */
export interface Wait extends Next {
  key: string;
  seconds: number;
}

/** Outcome and settled event of an earlier replay than this are forgotten; the claim stays. */
export interface ReplayedOutcomes {
  forget(key: string, replay: number): Promise<void>;
}
