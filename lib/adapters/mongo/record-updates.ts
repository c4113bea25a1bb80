import type { Filter, UpdateFilter } from 'mongodb';
import { KEPT_ATTEMPTS } from '../../core/attempts.ts';
import { failureId } from '../../core/failure-id.ts';
import { STORED_FORMAT } from '../../core/format.ts';
import type { Message } from '../../core/message.ts';
import type { Attempt } from '../../core/outcome.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { EventRecord, Ran, StartMark } from '../../ports/records.ts';
import type { Settlement } from '../../ports/transaction.ts';

const DAY_MS = 86_400_000;

/** When what was settled or closed at `from` leaves. */
export const expiry = (from: Date, expireAfterDays: number): Date =>
  new Date(from.getTime() + expireAfterDays * DAY_MS);

/** A document that this code may write; one without a format is from before there were any. */
export const ofKnownFormat = { format: { $not: { $gt: STORED_FORMAT } } } as const;

/**
 * The condition of every write of a record: not final, this replay, this fingerprint (protocol: one-condition); and of
 * a format that this code knows, because it would leave half of what newer code keeps as it was.
 * As an upsert it inserts what is not there; where a record stands that does not fit, MongoDB raises a duplicate key on `_id`.
 */
export const condition = (key: string, message: Message): Filter<EventRecord> => ({
  _id: key,
  ...ofKnownFormat,
  state: 'retrying',
  replay: message.replay,
  fingerprint: message.fingerprint,
});

/**
 * The condition, and that no other run has counted an attempt or put the next one off since this run looked
 * (protocol: attempts-have-a-due-time).
 */
export const conditionAsRead = (key: string, message: Message, { known }: Pick<Ran, 'known'>): Filter<EventRecord> => ({
  ...condition(key, message),
  attempts: { $size: known?.attempts.length ?? 0 },
  // Where the list is full it keeps its length; older code counts by the list alone.
  attempted: { $not: { $gt: known?.attempted ?? 0 } },
  dueAt: known?.dueAt ?? { $exists: false },
});

/**
 * What a record holds from its first write on, whichever that is; data as text, so that no key in it makes it
 * unwritable (protocol: as-sent).
 */
export const firstFields = (message: Message) => ({
  format: STORED_FORMAT,
  tenant: message.tenant,
  source: message.source,
  id: message.id,
  type: message.type,
  ...(message.subject !== undefined && { subject: message.subject }),
  time: message.time,
  recordedtime: message.recordedtime,
  ...(message.dataschema !== undefined && { dataschema: message.dataschema }),
  extensions: JSON.stringify(message.extensions),
  data: JSON.stringify(message.data),
  ...(message.by && { by: message.by }),
  ...(message.carried && { carried: JSON.stringify(message.carried) }),
});

/** What a record holds only until its event is settled, or closed. */
export const beforeTheEnd = { starts: '', suspect: '', returns: '', dueAt: '', dueFor: '' } as const;

/** Attempts more: the last are kept, all are counted. Without any, an array is there all the same. */
export const pushed = (attempts: readonly Attempt[]) => ({
  $push: { attempts: { $each: [...attempts], $slice: -KEPT_ATTEMPTS } },
  $inc: { attempted: attempts.length },
});

interface Update<Doc = EventRecord> {
  filter: Filter<Doc>;
  update: UpdateFilter<Doc>;
}

/** What a record holds once its event is settled, whatever it held before. */
function settledFields(
  { outcome, attempt, result, rejection, projections }: Settlement,
  expireAfterDays: number,
): Pick<EventRecord, 'state'> & Partial<EventRecord> {
  const settledAt = new Date(attempt.at);
  const projecting = projections !== undefined && projections.length > 0;
  return {
    state: outcome,
    settledAt,
    expireAt: expiry(settledAt, expireAfterDays),
    ...(result !== undefined && { result }),
    ...(rejection && { rejection }),
    ...(projecting && { projections: JSON.stringify(projections), projected: false }),
  };
}

/** The one conditional write that settles an event. */
export const settlementUpdate = (settlement: Settlement, expireAfterDays: number): Update => ({
  filter: condition(settlement.key, settlement.message),
  update: {
    $setOnInsert: firstFields(settlement.message),
    $set: settledFields(settlement, expireAfterDays),
    ...pushed([settlement.attempt]),
    $unset: beforeTheEnd,
  },
});

/**
 * What that write inserts where there is no record, as a document: its insert holds where there is none, which is stricter than the
 * condition, and costs less.
 */
export const settledRecord = (settlement: Settlement, expireAfterDays: number): EventRecord => ({
  _id: settlement.key,
  ...firstFields(settlement.message),
  replay: settlement.message.replay,
  fingerprint: settlement.message.fingerprint,
  ...settledFields(settlement, expireAfterDays),
  attempts: [settlement.attempt],
  attempted: 1,
});

/**
 * Settling a replay closes its failure (protocol: settling-closes-the-failure); belongs into the transaction of that
 * settlement.
 */
export function replayedUpdate(
  { key, message, attempt, outcome }: Settlement,
  expireAfterDays: number,
): Update<FailureRecord> {
  return {
    filter: { _id: failureId(key, message.fingerprint), state: 'replaying', replay: message.replay },
    update: { $set: { state: 'replayed', outcome, expireAt: expiry(new Date(attempt.at), expireAfterDays) } },
  };
}

/** A start mark, with what earlier deaths left behind taken off and the attempts that they were. */
export function startMarkUpdate({ key, message, known, run, at, alone, died, crashes, suspect }: StartMark): Update {
  return {
    // Naming the dead marks makes two readers of one death count it once (protocol: start-marks).
    filter: {
      ...conditionAsRead(key, message, { known }),
      ...Object.fromEntries(died.map((dead) => [`starts.${dead}`, { $exists: true }])),
    },
    update: {
      $setOnInsert: firstFields(message),
      $set: { [`starts.${run}`]: { at, alone }, ...(suspect && { suspect }) },
      ...pushed(crashes),
      ...(died.length > 0 && { $unset: Object.fromEntries(died.map((dead) => [`starts.${dead}`, ''])) }),
    },
  };
}
