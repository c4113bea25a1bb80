import type { ClientSession, Filter } from 'mongodb';
import { OPEN_STATES } from '../../core/failure.ts';
import { JOB_FORMAT } from '../../core/format.ts';
import type { Reach } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ReplayFilter, ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';
import { writeAudit } from './audit.ts';
import { behind } from './behind.ts';
import { type TimeLeft, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeCursor, decodeTimedCursor, encodeCursor, encodeTimedCursor } from './cursor.ts';
import { isDuplicateKeyError } from './errors.ts';
import { inTransaction, unlessOthersWrite } from './in-transaction.ts';
import { countOutcomes } from './job-outcomes.ts';
import { received, sought } from './queries.ts';
import { expiry } from './record-updates.ts';
import { takePage } from './take-page.ts';
import { ofTenants } from './within.ts';

/**
 * Replays of many failures, on MongoDB. Calls throw DependencyError.
 * @param expireAfterDays days that a job stays after it was begun, unless it still runs: what it replayed leaves later, so that its
 *   counts hold as long as it is there
 */
export function mongoReplayJobs(
  connection: MongoConnection,
  { expireAfterDays }: { expireAfterDays: number },
): ReplayJobs {
  const { db, failures, timeoutMs } = connection;
  const jobs = db.collection<ReplayJob>('replays');
  const bounded = <Value>(operation: (left: TimeLeft) => Promise<Value>) => withinBudget(timeoutMs, operation);
  const changing = <Value>(work: (session: ClientSession, left: TimeLeft) => Promise<Value>): Promise<Value> =>
    unlessOthersWrite('this replay of many', inTransaction(connection, work));
  const ended = ({ createdtime }: ReplayJob) => ({ expireAt: expiry(new Date(createdtime), expireAfterDays) });
  const asRead = ({ _id, cursor, pending }: ReplayJob): Filter<ReplayJob> => ({
    _id,
    pending,
    cursor: cursor ?? { $exists: false },
    format: { $not: { $gt: JOB_FORMAT } },
  });
  const get = (id: string, reach?: Reach) =>
    bounded((left) => jobs.findOne({ _id: id, ...(reach && seenWithin(reach)) }, left()));

  return {
    get,
    count: (reach, filter) => bounded((left) => failures.countDocuments(taken(reach, filter), left())),
    sample: async (reach, filter, limit) => {
      const found = await bounded((left) =>
        failures
          .find(taken(reach, filter), { projection: { data: 1 }, ...left() })
          .sort({ recordedtime: 1, _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ _id: id, data }) => ({ id, ...(data !== undefined && { data }) }));
    },
    create: async (job, audit) => {
      try {
        await changing(async (session) => {
          await jobs.insertOne({ ...job, format: JOB_FORMAT }, { session });
          await writeAudit(db, session, audit);
        });
        return true;
      } catch (error) {
        if (isDuplicateKeyError(error)) return false;
        throw error;
      }
    },
    running: (tenant) => bounded((left) => jobs.findOne({ tenant, state: 'running' }, left())),
    wake: async ({ _id, wokenAt }, at) => {
      const sleeping = { _id, state: 'running' as const, wokenAt: wokenAt ?? { $exists: false } };
      return (await bounded(() => jobs.updateOne(sleeping, { $set: { wokenAt: at } }))).matchedCount === 1;
    },
    list: (reach, { limit, cursor }) =>
      bounded(async (left) => {
        const found = jobs
          .find({ ...seenWithin(reach), ...(cursor && olderThan(cursor)) }, left())
          .sort({ createdtime: -1, _id: -1 })
          .limit(limit + 1);
        const { items, more } = await takePage(found, limit);
        const last = items.at(-1);
        return { items, next: more && last ? encodeTimedCursor('job', last.createdtime, last._id) : null };
      }),
    outcomes: (some) => bounded((left) => countOutcomes(failures, some, left)),
    hasReplayed: async ({ _id: job }, id) => {
      const named = { _id: id, 'byJobs.job': job };
      return (await bounded((left) => failures.findOne(named, { projection: { _id: 1 }, ...left() }))) !== null;
    },
    lastTaken: async (tenant) => {
      const newest = { sort: { createdtime: -1, _id: -1 }, projection: { takenAt: 1 } } as const;
      const hasTaken = { tenant, takenAt: { $exists: true } };
      const job = await bounded((left) => jobs.findOne(hasTaken, { ...newest, ...left() }));
      return job?.takenAt?.getTime() ?? 0;
    },
    next: async ({ tenant, within, filter, createdtime, cursor }, limit) => {
      const { until = createdtime } = filter;
      const before = until < createdtime ? until : createdtime;
      const untaken = {
        ...taken({ tenants: [tenant], ...within }, { ...filter, until: before }),
        ...(cursor && after(cursor)),
      };
      const found = await bounded((left) =>
        failures
          .find(untaken, { projection: { recordedtime: 1 }, ...left() })
          .sort({ recordedtime: 1, _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.at(-1);
      return last ? { ids: found.map(({ _id }) => _id), cursor: encodeCursor(last) } : null;
    },
    take: (job, { ids, cursor, at }) =>
      bounded(() =>
        jobs.findOneAndUpdate(
          { ...asRead(job), state: 'running' },
          { $set: { pending: ids, cursor, takenAt: at } },
          { returnDocument: 'after' },
        ),
      ),
    tell: async (job, told) => {
      await bounded(() => jobs.updateOne(asRead(job), { $set: told }));
    },
    end: async (job) => {
      const done = { $set: { state: 'done' as const, ...ended(job) } };
      await bounded(() => jobs.updateOne({ ...asRead(job), state: 'running' }, done));
    },
    cancel: (id, reach, audit) =>
      changing(async (session, left) => {
        const job = await jobs.findOne({ _id: id, ...seenWithin(reach) }, { session, ...left() });
        if (job?.state !== 'running') return job;
        const cancelled = { state: 'cancelled' as const, ...ended(job) };
        await jobs.updateOne({ _id: id }, { $set: cancelled }, { session });
        await writeAudit(db, session, audit(job));
        return { ...job, ...cancelled };
      }),
  };
}

/** Those of a filter, as wherever failures are filtered. */
const taken = (reach: Reach, { status = OPEN_STATES, ids, ...filter }: ReplayFilter): Filter<FailureRecord> => ({
  ...sought(reach, { status, ...filter }),
  ...(ids && { _id: { $in: [...ids] } }),
  ...received(filter),
});

/** A job that is bound to nothing takes more than a key that is bound to anything may see. */
const seenWithin = ({ tenants, types, sources }: Reach): Filter<ReplayJob> => ({
  ...ofTenants(tenants),
  ...(types && { 'within.types': onlyOf(types) }),
  ...(sources && { 'within.sources': onlyOf(sources) }),
});

const onlyOf = (allowed: readonly string[]) => ({ $exists: true, $not: { $elemMatch: { $nin: [...allowed] } } });

/** The oldest first, so that what is ordered goes out in its order. */
function after(cursor: string): Filter<FailureRecord> {
  const { recordedtime, _id } = decodeCursor(cursor);
  return behind({ field: 'recordedtime', time: recordedtime, _id }, 'oldest first');
}

function olderThan(cursor: string): Filter<ReplayJob> {
  const { at: time, _id } = decodeTimedCursor('job', cursor);
  return behind({ field: 'createdtime', time, _id }, 'newest first');
}
