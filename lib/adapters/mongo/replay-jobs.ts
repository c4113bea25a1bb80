import type { Filter } from 'mongodb';
import { STORED_FORMAT } from '../../core/format.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ReplayFilter, ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { matching } from './queries.ts';
import { expiry, ofKnownFormat } from './record-updates.ts';

/**
 * Replays of many failures, on MongoDB. Calls throw DependencyError.
 * @param expireAfterDays days that a job stays after it has ended
 */
export function mongoReplayJobs(
  { db, failures, timeoutMs }: MongoConnection,
  { expireAfterDays }: { expireAfterDays: number },
): ReplayJobs {
  const jobs = db.collection<ReplayJob>('replays');
  const ended = () => ({ expireAt: expiry(new Date(), expireAfterDays) });
  return {
    count: (tenant, filter) => withinBudget(timeoutMs, () => failures.countDocuments(replayable(tenant, filter))),
    create: async (job) => {
      await withinBudget(timeoutMs, () => jobs.insertOne({ ...job, format: STORED_FORMAT }));
    },
    get: (id, tenant) =>
      withinBudget(timeoutMs, () => jobs.findOne({ _id: id, ...(tenant !== undefined && { tenant }) })),
    next: async ({ tenant, filter, createdtime, cursor }, limit) => {
      const { until = createdtime } = filter;
      const before = until < createdtime ? until : createdtime;
      const sought = { ...replayable(tenant, { ...filter, until: before }), ...(cursor && after(cursor)) };
      const found = await withinBudget(timeoutMs, () =>
        failures
          .find(sought, { projection: { recordedtime: 1 } })
          .sort({ recordedtime: 1, _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.at(-1);
      return last ? { ids: found.map(({ _id }) => _id), cursor: encodeCursor(last) } : null;
    },
    advance: ({ _id, cursor, pending }, change) =>
      withinBudget(timeoutMs, () =>
        jobs.findOneAndUpdate(
          { _id, state: 'running', pending, cursor: cursor ?? { $exists: false }, ...ofKnownFormat },
          { $set: { ...change, ...(change.state && ended()) } },
          { returnDocument: 'after' },
        ),
      ),
    cancel: async (id, tenant) => {
      const own = { _id: id, tenant };
      const cancelled = await withinBudget(timeoutMs, () =>
        jobs.findOneAndUpdate(
          { ...own, state: 'running' },
          { $set: { state: 'cancelled', ...ended() } },
          { returnDocument: 'after' },
        ),
      );
      return cancelled ?? withinBudget(timeoutMs, () => jobs.findOne(own));
    },
  };
}

/** Open, and of an event that has a record to run again. */
const replayable = (tenant: string, { cause, group, ...rest }: ReplayFilter): Filter<FailureRecord> => ({
  tenant,
  state: { $in: ['open', 'failed-again'] },
  cause: cause ?? { $ne: 'id-reused' },
  ...(group !== undefined && { group }),
  ...matching(rest),
});

/** The oldest first, so that what is ordered goes out in its order. */
function after(cursor: string): Filter<FailureRecord> {
  const { recordedtime, _id } = decodeCursor(cursor);
  return { $or: [{ recordedtime: { $gt: recordedtime } }, { recordedtime, _id: { $gt: _id } }] };
}
