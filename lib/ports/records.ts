import type { By } from '../core/access/key-entry.ts';
import type { FailureCause, LastWord } from '../core/failure.ts';
import type { Message } from '../core/message.ts';
import type { Attempt, Outcome } from '../core/outcome.ts';
import type { Transaction } from './transaction.ts';

export type RecordState = 'retrying' | 'failing' | Outcome;

/** The one document of an event (protocol: one-condition). `data` and `result` are JSON text (protocol: as-sent). */
export interface EventRecord {
  _id: string;
  /** Absent: 1 (lib/core/format.ts). */
  format?: number;
  tenant: string;
  source: string;
  id: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
  dataschema?: string;
  extensions: string;
  data: string;
  /** The key that sent it; absent in what older code wrote. */
  by?: By;
  /** JSON text of what its message carries, for its replays. */
  carried?: string;
  fingerprint: string;
  state: RecordState;
  replay: number;
  /** The last of this replay (lib/core/attempts.ts). */
  attempts: Attempt[];
  /** How many there were; absent in what older code wrote. */
  attempted?: number;
  /** Unfinished start marks by run. */
  starts?: Record<string, { at: Date; alone: boolean }>;
  suspect?: boolean;
  /** While it is retried: when its next run is due, as far as a run has said. */
  dueAt?: Date;
  /** The code of what asked for that run, where its asking cost no attempt (protocol: free-retry). */
  dueFor?: string;
  lastWord?: LastWord;
  /** Returns so far that cost no attempt: transactions that met, a step that failed. */
  returns?: number;
  result?: string;
  rejection?: { reason: string };
  failure?: { id: string; cause: FailureCause };
  /** JSON text of ProjectionCommands[]; absent when there are none. */
  projections?: string;
  projected?: boolean;
  settledAt?: Date;
  expireAt?: Date;
}

/** What a consumer reads of a record: all but the data, which it has from the message. */
export type KnownRecord = Omit<EventRecord, 'data'>;

/** What a run has read of a record before it began; without `known` it has read nothing, or found none. */
export interface Ran {
  readonly known?: Pick<KnownRecord, 'attempts' | 'attempted' | 'dueAt'> | undefined;
  /** Its id while its start mark stands in the record. */
  readonly run?: string | undefined;
}

/**
 * Writes that decide when a record runs next, or whether it does, hold only where its attempts and their due time are
 * still those that the run has read (protocol: attempts-have-a-due-time).
 */
export interface StartMark extends Pick<Ran, 'known'> {
  key: string;
  message: Message;
  run: string;
  at: Date;
  alone: boolean;
  /** Runs whose marks are taken off; where one of them is gone already the mark is not written. */
  died: readonly string[];
  /** The attempts that they were. */
  crashes: readonly Attempt[];
  suspect: boolean;
}

/** What a consumer writes of events; every write under the condition. */
export interface Records {
  find(keys: readonly string[]): Promise<Map<string, KnownRecord>>;
  /**
   * @param remainingMs milliseconds that are left to whoever asks
   * @param inserts `held-back`: what is inserted may be sent later, and many in one command (protocol: held-back-inserts)
   */
  begin(tenant: string, remainingMs: () => number, inserts?: 'held-back'): Transaction;
  /** One bulk write. @returns the runs whose condition holds no more */
  mark(marks: readonly StartMark[]): Promise<Set<string>>;
  /** Takes marks off that runs left which return for infrastructure. */
  withdraw(marks: readonly { key: string; run: string }[]): Promise<void>;
  /** @returns the record after it, or null when the condition does not hold, or not for what the run has read */
  recordAttempt(key: string, message: Message, attempt: Attempt, dueAt: Date, ran: Ran): Promise<EventRecord | null>;
  /** Says when the next run is due of one that cost no attempt. @returns whether the condition held, as for an attempt */
  recordReturn(key: string, message: Message, asked: { dueAt: Date; dueFor: string }, ran: Ran): Promise<boolean>;
  /** Counts a return that was nobody's fault: transactions that met, a step that failed. @returns how many there were, or null when the condition does not hold */
  countReturn(key: string, message: Message, run: string | undefined): Promise<number | null>;
  /**
   * Adds these attempts and closes the record to runs of this replay, before its letter is sent
   * (protocol: failing-before-the-letter).
   * @param ran where it ends because of how many attempts there were: as for an attempt
   * @returns whether the condition held
   */
  fail(key: string, message: Message, attempts: readonly Attempt[], lastWord: LastWord, ran?: Ran): Promise<boolean>;
  /** Says that the projections of these events are applied. */
  markProjected(keys: readonly string[]): Promise<void>;
}
