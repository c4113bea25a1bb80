import { attemptedOf } from '../core/attempts.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import type { Message } from '../core/message.ts';
import type { Attempt } from '../core/outcome.ts';
import type { SqsRecord } from '../core/sqs-batch.ts';
import type { KnownRecord, Ran } from '../ports/records.ts';

/** One event of a batch, as it was decoded. */
export interface Delivery {
  readonly key: string;
  readonly message: Message;
  /** The record that runs, and its copies in this batch, which share its fate. */
  readonly records: readonly [SqsRecord, ...SqsRecord[]];
  /** What keeps its order: of an ordered type the group that SQS delivered it in, else itself, so that whatever runs beside it may. */
  readonly group: string;
  readonly receives: number;
  /** When SQS took the oldest of the records: milliseconds since the epoch. */
  readonly sentAt: number;
}

/** A delivery at one point of its way through a consumer: a step takes one state and returns the next. */
export interface State extends Delivery, Ran {
  /** What MongoDB knows of it, as far as it was asked. */
  readonly known?: KnownRecord | undefined;
}

/** Whether it may run jointly: redelivered events, suspects among them, and replays always run alone (protocol: known-events-run-alone). */
export const isFirst = ({ receives, message }: Delivery): boolean => receives <= 1 && message.replay === 0;

/** A record that is none of this consumer's, and the body that goes to the dead letters. */
export interface Stranger {
  readonly record: SqsRecord;
  readonly body: string;
}

/** The last attempts that are counted so far, for this replay. */
export const attemptsOf = ({ known }: State): readonly Attempt[] => known?.attempts ?? [];

/** How many are counted so far, for this replay. */
export const attemptedSoFar = ({ known }: State): number => (known ? attemptedOf(known) : 0);

/** What a line says of a delivery and of its run, which is the next attempt. */
export const runFields = (state: State): Fields & { readonly attempt: number } => ({
  ...eventFields(state.message),
  attempt: attemptedSoFar(state) + 1,
});
