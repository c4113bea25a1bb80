import type { Collection, Filter } from 'mongodb';
import type { EventQueries } from '../../ports/event-queries.ts';
import type { FailureFilter, FailureGroup, FailureQueries, Tenants } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ListFilter, Page } from '../../ports/page.ts';
import type { EventRecord } from '../../ports/records.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Reads of events, on MongoDB's primary with majority concern. Calls throw DependencyError. */
export const mongoEventQueries = ({ events, timeoutMs }: MongoConnection): EventQueries => ({
  get: (tenant, key) => withinBudget(timeoutMs, (left) => events.findOne({ _id: key, tenant }, left())),
  list: (tenant, { status, ...filter }) => {
    // To a caller an event that is about to become a failure is still being retried.
    const state =
      status === 'retrying'
        ? { state: { $in: ['retrying' as const, 'failing' as const] } }
        : status && status !== 'accepted'
          ? { state: status }
          : {};
    return page({ collection: events, timeoutMs }, { tenant, ...state }, filter, { data: 0, result: 0 });
  },
});

/** Reads of failures. Calls throw DependencyError. */
export const mongoFailureQueries = ({ failures, timeoutMs }: MongoConnection): FailureQueries => ({
  getFailure: (tenants, id) =>
    withinBudget(timeoutMs, (left) => failures.findOne({ _id: id, tenant: { $in: [...tenants] } }, left())),
  listFailures: (tenants, filter) =>
    page({ collection: failures, timeoutMs }, sought(tenants, filter), filter, withoutData),
  groupFailures: (tenants, filter) =>
    withinBudget(timeoutMs, async (left) => {
      const groups = await failures
        .aggregate<Omit<FailureGroup, 'example'> & { example: string }>(
          [
            { $match: { ...sought(tenants, filter), ...matching(filter) } },
            {
              $group: {
                _id: '$group',
                count: { $sum: 1 },
                first: { $min: '$recordedtime' },
                last: { $max: '$recordedtime' },
                example: { $top: { sortBy: { recordedtime: -1, _id: -1 }, output: '$_id' } },
              },
            },
            { $sort: { count: -1, _id: 1 } },
            { $limit: filter.limit },
            { $project: { _id: 0, group: '$_id', count: 1, first: 1, last: 1, example: 1 } },
          ],
          left(),
        )
        .toArray();
      const ids = groups.map(({ example }) => example);
      const found = await failures.find({ _id: { $in: ids } }, { projection: withoutData, ...left() }).toArray();
      const examples = new Map(found.map((failure) => [failure._id, failure]));
      // One that has left since takes its group along, or leaves it for the next look.
      return groups.flatMap(({ example: id, ...group }) => {
        const example = examples.get(id);
        return example ? { ...group, example } : [];
      });
    }),
});

/** Of attempts what counts them, where older code did not. */
const withoutData = { data: 0, body: 0, 'replacement.publication': 0, 'attempts.error': 0, byJobs: 0 } as const;

const sought = (tenants: Tenants, { status, cause, group }: FailureFilter): Filter<FailureRecord> => ({
  tenant: { $in: [...tenants] },
  ...(status && { state: status }),
  ...(cause && { cause }),
  ...(group !== undefined && { group }),
});

/** Type and time, which both kinds of document have. */
export function matching({ type, since, until }: Pick<ListFilter, 'type' | 'since' | 'until'>): object {
  const time = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
  return { ...(type && { type }), ...(Object.keys(time).length > 0 && { recordedtime: time }) };
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
    ...matching(rest),
    ...(cursor && after(decodeCursor(cursor))),
  } as Filter<Doc>; // the two records share these fields, but a generic filter cannot say so
  return withinBudget(timeoutMs, async (left) => {
    const found = collection
      .find<Doc>(filter, { projection, ...left() })
      .sort({ recordedtime: -1, _id: -1 })
      .limit(limit + 1);
    const items: Doc[] = [];
    let bytes = 0;
    let more = false;
    for await (const item of found) {
      bytes += bytesOf(item);
      more = items.length === limit || (items.length > 0 && bytes > PAGE_BYTES);
      if (more) break;
      items.push(item);
    }
    const last = items.at(-1);
    return { items, next: more && last ? encodeCursor(last) : null };
  });
}

/**
 * Lambda answers with 6 MB at most, and escapes the body once more; a page of large events ends early.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const PAGE_BYTES = 2_500_000;
const bytesOf = (item: EventRecord | FailureRecord): number => Buffer.byteLength(JSON.stringify(item));

const after = ({ recordedtime, _id }: { recordedtime: string; _id: string }): object => ({
  $and: [
    { recordedtime: { $lte: recordedtime } },
    { $or: [{ recordedtime: { $lt: recordedtime } }, { _id: { $lt: _id } }] },
  ],
});
