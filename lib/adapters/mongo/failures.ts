import type { ClientSession, UpdateFilter } from 'mongodb';
import { attemptedOf, KEPT_ATTEMPTS } from '../../core/attempts.ts';
import { refuseNewerStored, STORED_FORMAT } from '../../core/format.ts';
import type { FailureDecision, FailureRecord, Failures, Recorded } from '../../ports/failures.ts';
import type { EventRecord } from '../../ports/records.ts';
import type { TimeLeft } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { inTransaction } from './in-transaction.ts';
import { beforeTheEnd, firstFields } from './record-updates.ts';

/**
 * What the dead-letter function writes, on MongoDB (protocol: failure-and-record). Calls throw DependencyError,
 * TransientError when writers met five times, or NewerFormatError where newer code wrote the record or the failure.
 */
export function mongoFailures(connection: MongoConnection): Failures {
  const { events, failures } = connection;

  async function write(
    { session, left }: { session: ClientSession; left: TimeLeft },
    key: string | null,
    decide: (record: EventRecord | null) => FailureDecision | null,
  ): Promise<Recorded> {
    const options = { session };
    const record = key === null ? null : await events.findOne({ _id: key }, { ...options, ...left() });
    const decision = decide(record);
    if (!decision) return { record };
    const { failure, closes } = decision;
    const { _id, cause } = failure;
    refuseNewerStored('the record', record);
    const projection = { format: 1, attempted: 1, 'attempts.outcome': 1 };
    const before = await failures.findOne({ _id }, { ...options, ...left(), projection });
    refuseNewerStored('the failure', before);
    await failures.updateOne({ _id }, failureUpdate(decision, before), { ...options, upsert: true });
    if (!closes) return { failure: before ? undefined : failure, record };
    const { key: closed, message, attempts, attempted } = closes;
    const after = await events.findOneAndUpdate(
      {
        _id: closed,
        state: { $in: ['retrying', 'failing'] },
        replay: message.replay,
        fingerprint: message.fingerprint,
      },
      {
        $setOnInsert: firstFields(message),
        $set: { state: 'failed', attempts, attempted, failure: { id: _id, cause }, settledAt: new Date() },
        $unset: { ...beforeTheEnd, lastWord: '', expireAt: '' },
      },
      { ...options, upsert: true, returnDocument: 'after' },
    );
    return { failure, record: after };
  }

  return {
    record: (key, decide) => inTransaction(connection, (session, left) => write({ session, left }, key, decide)),
  };
}

/** What the desk wrote of an earlier end of this failure. */
const closing = { replayedAt: '', replacement: '', discarded: '', outcome: '', expireAt: '' } as const;

/**
 * A payload has one failure. Where its letter leaves the record alone the first one stands; where it fails the record, it is the truth:
 * the letter of a replay goes on in the failure that was replayed, and replay 0 of an event that was forgotten and sent again begins anew.
 */
function failureUpdate(
  { failure, closes }: FailureDecision,
  before: Pick<FailureRecord, 'attempts' | 'attempted'> | null,
): UpdateFilter<FailureRecord> {
  const { _id, ...fields } = { ...failure, format: STORED_FORMAT };
  if (!closes) return { $setOnInsert: fields };
  if (closes.message.replay === 0) return { $set: fields, $unset: { ...closing, byJobs: '' } };
  const { cause, code, message, group, replay, state, attempts, attempted: _, ...first } = fields;
  const attempted = attemptedOf(failure) + (before ? attemptedOf(before) : 0);
  return {
    $setOnInsert: first,
    $set: { cause, code, message, group, replay, state, attempted },
    $push: { attempts: { $each: attempts, $slice: -KEPT_ATTEMPTS } },
    $unset: closing,
  };
}
