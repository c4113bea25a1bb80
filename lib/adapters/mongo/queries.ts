import type { Collection, Filter } from 'mongodb';
import type { EventQueries } from '../../ports/event-queries.ts';
import type { FailureFilter, FailureQueries, Reach } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ListFilter, Page } from '../../ports/page.ts';
import type { EventRecord } from '../../ports/records.ts';
import { behind } from './behind.ts';
import { type TimeLeft, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';
import { groupsOf } from './failure-groups.ts';
import { inLooks, LOOKED_AT } from './look.ts';
import { settledPage } from './settled-events.ts';
import { takePage } from './take-page.ts';
import { ofTenants, within } from './within.ts';

/** Reads of events, on MongoDB's primary with majority concern. Calls throw DependencyError. */
export const mongoEventQueries = ({ events, timeoutMs }: MongoConnection): EventQueries => ({
  listSettled: (own, filter, now) => settledPage({ events, timeoutMs }, own, filter, now),
  get: (own, key) =>
    withinBudget(timeoutMs, (left) => events.findOne({ _id: key, tenant: own.tenant, ...within(own) }, left())),
  list: ({ tenant, ...bounds }, { status, type, ...filter }) => {
    // To a caller an event that is about to become a failure is still being retried.
    const state =
      status === 'retrying'
        ? { state: { $in: ['retrying' as const, 'failing' as const] } }
        : status && status !== 'accepted'
          ? { state: status }
          : {};
    return page({ collection: events, timeoutMs }, { tenant, ...within(bounds, { type }), ...state }, filter, {
      data: 0,
      result: 0,
    });
  },
});

/** Reads of failures. Calls throw DependencyError. */
export const mongoFailureQueries = ({ failures, timeoutMs }: MongoConnection): FailureQueries => ({
  getFailure: (reach, id) =>
    withinBudget(timeoutMs, (left) => failures.findOne({ _id: id, ...sought(reach, {}) }, left())),
  listFailures: (reach, filter) =>
    page({ collection: failures, timeoutMs }, sought(reach, filter), filter, withoutData),
  groupFailures: (reach, { limit, cursor, ...filter }) =>
    groupsOf(
      { failures, timeoutMs },
      {
        sought: { ...sought(reach, filter), ...received(filter) },
        byTenant: reach.tenants === 'all',
        limit,
        cursor,
        projection: withoutData,
      },
    ),
});

/** Of attempts what counts them, where older code did not. */
const withoutData = { data: 0, body: 0, 'replacement.publication': 0, 'attempts.error': 0, byJobs: 0 } as const;

/** Failures of a filter within reach, but for when they were recorded. */
export const sought = (
  { tenants, ...bounds }: Reach,
  { status, cause, code, group, type, source }: Omit<FailureFilter, 'limit'>,
): Filter<FailureRecord> => ({
  ...ofTenants(tenants),
  ...within(bounds, { type, source }),
  ...(status && { state: { $in: [...status] } }),
  ...(cause && { cause }),
  ...(code !== undefined && { code }),
  ...(group !== undefined && { group }),
});

/** The time, which both kinds of document have. */
export function received({ since, until }: Pick<ListFilter, 'since' | 'until'>): object {
  const time = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
  return Object.keys(time).length > 0 ? { recordedtime: time } : {};
}

/**
 * Newest `recordedtime` first; equal times by key. No index knows a source: of those that are of others so many are looked at for one page
 * as time allows, and the next one goes on behind them.
 */
async function page<Doc extends EventRecord | FailureRecord>(
  { collection, timeoutMs }: { collection: Collection<Doc>; timeoutMs: number },
  { source, ...indexed }: Readonly<Record<string, unknown>>,
  { limit, cursor, ...rest }: ListFilter,
  projection: Record<string, 0>,
): Promise<Page<Doc>> {
  const begin = cursor === undefined ? undefined : decodeCursor(cursor);
  return withinBudget(timeoutMs, async (left) => {
    const among = { ...indexed, ...received(rest) };
    const look = {
      endOf: async (from?: Position) =>
        source === undefined
          ? undefined
          : endOfLook(collection, asFilter<Doc>({ ...among, ...all(after(from)) }), left),
      find(from?: Position, end?: Position) {
        const wanted = { ...among, ...(source !== undefined && { source }), ...all([...after(from), ...upTo(end)]) };
        return collection
          .find<Doc>(asFilter<Doc>(wanted), { projection, ...left() })
          .sort(newestFirst)
          .limit(limit + 1);
      },
    };
    const { found, lookedTo } = inLooks(begin, look, timeoutMs);
    const { items, more } = await takePage(found, limit);
    const last = (more && items.at(-1)) || lookedTo();
    return { items, next: last ? encodeCursor(last) : null };
  });
}

const newestFirst = { recordedtime: -1, _id: -1 } as const;

/** Where the first of those end that a page may pass, of more. */
async function endOfLook<Doc extends EventRecord | FailureRecord>(
  collection: Collection<Doc>,
  among: Filter<Doc>,
  left: TimeLeft,
): Promise<Position | undefined> {
  const [one] = await collection
    .find<Position>(among, { projection: { recordedtime: 1 }, ...left() })
    .sort(newestFirst)
    .skip(LOOKED_AT - 1)
    .limit(1)
    .toArray();
  return one;
}

/** The two records share these fields, but a generic filter cannot say so. */
const asFilter = <Doc>(fields: object): Filter<Doc> => fields as Filter<Doc>;

const all = (conditions: readonly object[]): object => (conditions.length > 0 ? { $and: conditions } : {});

const after = (place: Position | undefined): object[] =>
  place ? behind({ field: 'recordedtime', time: place.recordedtime, _id: place._id }, 'newest first').$and : [];

const upTo = (place: Position | undefined): object[] =>
  place
    ? [
        { recordedtime: { $gte: place.recordedtime } },
        { $or: [{ recordedtime: { $gt: place.recordedtime } }, { _id: { $gte: place._id } }] },
      ]
    : [];
