import type { ClientSession, Filter, UpdateFilter } from 'mongodb';
import { refuseNewerStored } from '../../core/format.ts';
import type { DeskChange, DeskView, FailureDesk } from '../../ports/failure-desk.ts';
import type { Reach } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { EventRecord } from '../../ports/records.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { writeAudit } from './audit.ts';
import type { TimeLeft } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { inTransaction, unlessOthersWrite } from './in-transaction.ts';
import { sought } from './queries.ts';
import { beforeTheEnd, expiry } from './record-updates.ts';

interface Reading {
  session: ClientSession;
  left: TimeLeft;
}

/**
 * What the failure desk writes, on MongoDB (protocol: replay-moves-the-record, replacement-is-written-down), and undoes
 * (protocol: refused-replay-is-undone). Calls throw DependencyError, also when others kept writing the failure; NewerFormatError
 * where newer code wrote the failure or its record; and whatever the decision throws.
 * @param expireAfterDays days that a failure and its record stay after the failure was closed
 */
export function mongoDesk(connection: MongoConnection, { expireAfterDays }: { expireAfterDays: number }): FailureDesk {
  const { db, events, failures } = connection;

  async function look({ session, left }: Reading, reach: Reach, id: string): Promise<DeskView | null> {
    const failure = await failures.findOne({ _id: id, ...sought(reach, {}) }, { session, ...left() });
    if (!failure) return null;
    const { eventKey, replacement } = failure;
    const record = eventKey === null ? null : await events.findOne({ _id: eventKey }, { session, ...left() });
    const known = { session, projection: { _id: 1 } };
    const seen = replacement && (await events.findOne({ _id: replacement.key }, { ...known, ...left() }));
    return { failure, record, replacementSeen: Boolean(seen) };
  }

  async function write(session: ClientSession, { failure }: DeskView, change: DeskChange): Promise<void> {
    const { _id, state, replay, eventKey, fingerprint } = failure;
    const stands = { _id, state, replay, ...(failure.replayedAt && { replayedAt: failure.replayedAt }) };
    const expireAt = expiry(change.at, expireAfterDays);
    const { matchedCount } = await failures.updateOne(stands, failureUpdate(change, failure, expireAt), { session });
    if (matchedCount !== 1) throw outOfStep(_id);
    if (eventKey !== null && fingerprint !== null)
      await writeRecord(session, { ...failure, eventKey, fingerprint }, change);
  }

  async function writeRecord(
    session: ClientSession,
    { _id, cause, replay, eventKey, fingerprint }: FailureRecord & { eventKey: string; fingerprint: string },
    change: DeskChange,
  ): Promise<void> {
    const failed = { _id: eventKey, state: 'failed' as const, fingerprint };
    const must = async (filter: Filter<EventRecord>, update: UpdateFilter<EventRecord>): Promise<void> => {
      const { matchedCount } = await events.updateOne(filter, update, { session });
      if (matchedCount !== 1) throw outOfStep(_id);
    };
    const failedBefore = { state: 'failed' as const, failure: { id: _id, cause }, settledAt: change.at };
    const expireAt = expiry(change.at, expireAfterDays);
    switch (change.kind) {
      case 'replay':
        return must({ ...failed, replay: change.replay - 1 }, retrying(change.replay));
      case 'take-back-replay':
        return must({ ...failed, state: 'retrying', replay }, { $set: failedBefore, $unset: { expireAt: '' } });
      case 'take-back-replacement':
        return void (await events.updateOne(failed, { $unset: { expireAt: '' } }, { session }));
      case 'discard':
        if (change.withdraws)
          return must({ ...failed, state: 'retrying', replay }, { $set: { ...failedBefore, expireAt } });
        return void (await events.updateOne(failed, { $set: { expireAt } }, { session }));
      case 'replace':
        return void (await events.updateOne(failed, { $set: { expireAt } }, { session }));
    }
  }

  return {
    change: (reach, id, decide) =>
      unlessOthersWrite(
        'this failure',
        inTransaction(connection, async (session, left) => {
          const view = await look({ session, left }, reach, id);
          if (!view) return null;
          const decided = decide(view);
          if (!decided) return view.failure;
          refuseNewerStored('the failure', view.failure);
          refuseNewerStored('the record', view.record);
          await write(session, view, decided.change);
          if (decided.audit !== 'of its job') await writeAudit(db, session, decided.audit);
          return failures.findOne({ _id: id }, { session, ...left() });
        }),
      ),
  };
}

/** Replays of many that a failure names, the last ones; to a job before them it no longer counts. */
export const KEPT_JOBS = 200;

function failureUpdate(change: DeskChange, { replay }: FailureRecord, expireAt: Date): UpdateFilter<FailureRecord> {
  const { at } = change;
  switch (change.kind) {
    case 'replay':
      return {
        $set: { state: 'replaying', replay: change.replay, replayedAt: at },
        $unset: { outcome: '' },
        ...(change.job !== undefined && {
          $push: { byJobs: { $each: [{ job: change.job, replay: change.replay }], $slice: -KEPT_JOBS } },
        }),
      };
    case 'ask-again':
      return { $set: { replayedAt: at } };
    case 'replace':
      return { $set: { state: 'replayed', replacement: change.replacement, replayedAt: at, expireAt } };
    case 'take-back-replay':
      return { $set: { state: 'failed-again' }, $unset: { replayedAt: '' }, $pull: { byJobs: { replay } } };
    case 'take-back-replacement':
      return { $set: { state: change.state }, $unset: { replacement: '', replayedAt: '', expireAt: '' } };
    case 'discard':
      return { $set: { state: 'discarded', discarded: { reason: change.reason, at: at.toISOString() }, expireAt } };
  }
}

/** Open again for this replay: nothing of the runs before it counts. */
const retrying = (replay: number): UpdateFilter<EventRecord> => ({
  $set: { state: 'retrying', replay, attempts: [], attempted: 0 },
  $unset: { ...beforeTheEnd, lastWord: '', settledAt: '', expireAt: '' },
});

const outOfStep = (id: string): SluiceError =>
  new SluiceError('desk-out-of-step', `the failure ${id} or its record is not what was decided on`);
