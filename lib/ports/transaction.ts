import type { Document } from 'mongodb';
import type { Message } from '../core/message.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Collection } from '../sdk/collection.ts';
import type { ProjectionCommands } from './projections.ts';

/**
 * One event's outcome, to be written under the condition: state not final, same replay, same fingerprint
 * (protocol: one-condition).
 */
export interface Settlement {
  key: string;
  message: Message;
  outcome: 'succeeded' | 'rejected' | 'expired';
  attempt: Attempt;
  /** JSON text. */
  result?: string | undefined;
  rejection?: { reason: string } | undefined;
  projections?: readonly ProjectionCommands[] | undefined;
  /** No record is known of it, and its run has made none: of several that settle together it may be inserted. */
  unrecorded?: boolean;
}

/**
 * `settled`: written. `refused`: the condition does not hold. `conflict`: another run is writing this record now.
 */
export type SettleAnswer = 'settled' | 'refused' | 'conflict';

export interface Transaction {
  /** A collection bound to this transaction and its tenant. */
  collection<Doc extends Document>(name: string): Collection<Doc>;
  /** The first error of an operation; after it the transaction can only be aborted. */
  readonly failure: unknown;
  /** How many operations were begun that change documents, also where they are held back. */
  readonly writes: number;
  /** Waits for the operations that were begun, and those that follow from them. */
  drain(): Promise<void>;
  /**
   * Writes the settlements and commits, all or nothing; ends the transaction in every case.
   * @param withinMs milliseconds for all of it, where they are fewer than the adapter takes
   * @throws TransientError, DependencyError (then it may have been committed), or the handler's own failure
   */
  settle(settlements: readonly Settlement[], withinMs?: number): Promise<SettleAnswer>;
  abort(): Promise<void>;
}
