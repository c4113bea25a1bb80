import { keptOf } from '../core/attempts.ts';
import { parseJson } from '../core/json/parse.ts';
import type { Message } from '../core/message.ts';
import { type Attempt, isOutcome, type Outcome } from '../core/outcome.ts';
import type { KnownRecord } from '../ports/records.ts';
import type { SettledEvent } from '../ports/results.ts';
import type { Settlement } from '../ports/transaction.ts';

/** Has the event an outcome? A state that newer code wrote is none that this code knows. */
export const isFinal = <Known extends KnownRecord>(record: Known): record is Known & { state: Outcome } =>
  isOutcome(record.state);

/** The settled event that waiters get, from what its run knows. */
export function settledBy(
  { message, outcome, attempt, result, rejection }: Settlement,
  earlier: readonly Attempt[],
): SettledEvent {
  return {
    ...identified(message),
    extensions: message.extensions,
    status: outcome,
    attempts: keptOf([...earlier, attempt]),
    ...(result !== undefined && { result: parseJson(result) }),
    ...(rejection && { rejection }),
  };
}

/** The settled event that waiters get, from its record. */
export function settledFrom(record: KnownRecord & { state: Outcome }): SettledEvent {
  return {
    ...identified(record),
    extensions: JSON.parse(record.extensions),
    status: record.state,
    attempts: record.attempts,
    ...(record.result !== undefined && { result: parseJson(record.result) }),
    ...(record.rejection && { rejection: record.rejection }),
    ...(record.failure && { failure: record.failure }),
  };
}

type Identified = Pick<KnownRecord, 'id' | 'source' | 'type' | 'time' | 'recordedtime'> &
  Pick<Message, 'subject' | 'dataschema'>;

/** What an event is known by, without what is not there. */
export const identified = ({ id, source, type, subject, time, recordedtime, dataschema }: Identified) => ({
  id,
  source,
  type,
  ...(subject !== undefined && { subject }),
  time,
  recordedtime,
  ...(dataschema !== undefined && { dataschema }),
});
