import type { Filter } from 'mongodb';
import type { Own, SettledFilter, SettledPage } from '../../ports/event-queries.ts';
import type { EventRecord } from '../../ports/records.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { type TimeLeft, withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { inLooks, LOOKED_AT } from './look.ts';
import { takePage } from './take-page.ts';
import { within } from './within.ts';

/** A stamp may become visible so much later than it says: clocks that differ, and a transaction that commits late. */
const LATE_MS = 60_000;

/** Behind the event of this key and time; behind none of that time where the key is empty. */
interface Position {
  settledAt: Date;
  _id: string;
}

/**
 * Final events by the time at which they settled, to be followed for ever (protocol: followed-without-a-gap). The index knows their order
 * alone: of those that a filter leaves out, which may be millions before the next, so many are looked at for one page as time allows, and the
 * next one goes on behind them.
 */
export async function settledPage(
  { events, timeoutMs }: Pick<MongoConnection, 'events' | 'timeoutMs'>,
  { tenant, ...bounds }: Own,
  { type, status, since, limit, cursor }: SettledFilter,
  now: number,
): Promise<SettledPage> {
  const horizon: Position = { settledAt: new Date(now - LATE_MS), _id: '' };
  const begin = cursor ? decode(cursor) : since ? beginOf(new Date(since)) : horizon;
  const left = { ...(status && { state: status }), ...within(bounds, { type }) };
  const isFiltered = Object.keys(left).length > 0;
  const filter = { tenant, state: { $in: ['succeeded', 'rejected', 'failed', 'expired'] }, ...left } as const;
  const from = since && new Date(since) > begin.settledAt ? beginOf(new Date(since)) : begin;
  return withinBudget(timeoutMs, async (timeLeft) => {
    const look = {
      endOf: async (place = from) => (isFiltered ? endOfLook(place, timeLeft) : undefined),
      find: (place = from, end?: Position) =>
        events
          .find({ ...filter, $and: [...after(place), ...(end ? upTo(end) : [])] }, { projection, ...timeLeft() })
          .sort(order)
          .limit(limit + 1),
    };
    const { found, lookedTo } = inLooks(from, look, timeoutMs);
    const { items, more } = await takePage(found, limit);
    const last = items.at(-1);
    const reached = more && last?.settledAt ? { settledAt: last.settledAt, _id: last._id } : (lookedTo() ?? horizon);
    // What is younger than the horizon is shown, and looked at once more.
    return { items, next: encode(reached.settledAt < horizon.settledAt ? reached : horizon) };
  });

  /** Where the first of those that a filter may leave out end, of more. */
  async function endOfLook(from: Position, timeLeft: TimeLeft): Promise<Position | undefined> {
    const [one] = await events
      .find({ tenant, $and: after(from) }, { projection: { settledAt: 1 }, ...timeLeft() })
      .sort(order)
      .skip(LOOKED_AT - 1)
      .limit(1)
      .toArray();
    return one?.settledAt && { settledAt: one.settledAt, _id: one._id };
  }
}

const order = { settledAt: 1, _id: 1 } as const;
const projection = { data: 0, result: 0 } as const;

const beginOf = (settledAt: Date): Position => ({ settledAt, _id: '' });

const after = ({ settledAt, _id }: Position): Filter<EventRecord>[] => [
  { settledAt: { $gte: settledAt } },
  { $or: [{ settledAt: { $gt: settledAt } }, { _id: { $gt: _id } }] },
];

const upTo = ({ settledAt, _id }: Position): Filter<EventRecord>[] => [
  { settledAt: { $lte: settledAt } },
  { $or: [{ settledAt: { $lt: settledAt } }, { _id: { $lte: _id } }] },
];

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
