import type { Filter } from 'mongodb';
import type { Own, SettledFilter, SettledPage } from '../../ports/event-queries.ts';
import type { EventRecord } from '../../ports/records.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { takePage } from './take-page.ts';
import { within } from './within.ts';

/** A stamp may become visible so much later than it says: clocks that differ, and a transaction that commits late. */
const LATE_MS = 60_000;

/** Behind the event of this key and time; behind none of that time where the key is empty. */
interface Position {
  settledAt: Date;
  _id: string;
}

/** Final events by the time at which they settled, to be followed for ever (protocol: followed-without-a-gap). */
export async function settledPage(
  { events, timeoutMs }: Pick<MongoConnection, 'events' | 'timeoutMs'>,
  { tenant, ...bounds }: Own,
  { type, status, since, limit, cursor }: SettledFilter,
  now: number,
): Promise<SettledPage> {
  const horizon: Position = { settledAt: new Date(now - LATE_MS), _id: '' };
  const from = cursor ? decode(cursor) : since ? { settledAt: new Date(since), _id: '' } : horizon;
  const filter: Filter<EventRecord> = {
    tenant,
    state: status ?? { $in: ['succeeded', 'rejected', 'failed', 'expired'] },
    ...within(bounds, { type }),
    $and: [
      { settledAt: { $gte: since && new Date(since) > from.settledAt ? new Date(since) : from.settledAt } },
      { $or: [{ settledAt: { $gt: from.settledAt } }, { _id: { $gt: from._id } }] },
    ],
  };
  const { items, more } = await withinBudget(timeoutMs, (left) =>
    takePage(
      events
        .find(filter, { projection: { data: 0, result: 0 }, ...left() })
        .sort({ settledAt: 1, _id: 1 })
        .limit(limit + 1),
      limit,
    ),
  );
  const last = items.at(-1);
  const reached = more && last?.settledAt ? { settledAt: last.settledAt, _id: last._id } : horizon;
  // What is younger than the horizon is shown, and looked at once more.
  return { items, next: encode(reached.settledAt < horizon.settledAt ? reached : horizon) };
}

const encode = ({ settledAt, _id }: Position): string =>
  Buffer.from(`settled ${settledAt.toISOString()} ${_id}`).toString('base64url');

function decode(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, at = '', _id = ''] = /^settled (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\w-]{43}|)$/.exec(text) ?? [];
  const settledAt = new Date(at);
  if (Number.isNaN(settledAt.getTime()) || encode({ settledAt, _id }) !== cursor)
    throw new SluiceError('invalid-cursor', 'cursor did not come from a page of this list');
  return { settledAt, _id };
}
