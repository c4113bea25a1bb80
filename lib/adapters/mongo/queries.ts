import type { Collection, Filter } from 'mongodb';
import type { EventQueries } from '../../ports/event-queries.ts';
import type { FailureFilter, FailureQueries, Reach } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ListFilter, Page } from '../../ports/page.ts';
import type { EventRecord } from '../../ports/records.ts';
import { behind } from './behind.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { groupsOf } from './failure-groups.ts';
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

/** Newest `recordedtime` first; equal times by key. */
async function page<Doc extends EventRecord | FailureRecord>(
  { collection, timeoutMs }: { collection: Collection<Doc>; timeoutMs: number },
  fixed: object,
  { limit, cursor, ...rest }: ListFilter,
  projection: Record<string, 0>,
): Promise<Page<Doc>> {
  const filter = {
    ...fixed,
    ...received(rest),
    ...(cursor && after(cursor)),
  } as Filter<Doc>; // the two records share these fields, but a generic filter cannot say so
  return withinBudget(timeoutMs, async (left) => {
    const found = collection
      .find<Doc>(filter, { projection, ...left() })
      .sort({ recordedtime: -1, _id: -1 })
      .limit(limit + 1);
    const { items, more } = await takePage(found, limit);
    const last = items.at(-1);
    return { items, next: more && last ? encodeCursor(last) : null };
  });
}

function after(cursor: string): object {
  const { recordedtime, _id } = decodeCursor(cursor);
  return behind({ field: 'recordedtime', time: recordedtime, _id }, 'newest first');
}
