import type { Collection, Document } from 'mongodb';
import { type FailureState, failureStates } from '../../core/failure.ts';
import type { FailureGroup } from '../../ports/failure-queries.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { Page } from '../../ports/page.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { withinBudget } from './budget.ts';
import { bytesOf, PAGE_BYTES } from './page-bytes.ts';

/** A group as it is counted: how many in all and in each state, and its newest failure's id. */
interface Counted extends Record<FailureState, number> {
  /** What the group is called, behind its tenant where groups are of several. */
  _id: string;
  count: number;
  first: string;
  last: string;
  example: string;
}

interface Asked {
  /** Which failures are counted. */
  sought: Document;
  /** Whether what is alike of two tenants is two groups. */
  byTenant: boolean;
  limit: number;
  cursor?: string | undefined;
  /** What is left out of an example. */
  projection: Record<string, 0>;
}

/**
 * Failures that look alike, counted, the largest group first; equal ones by name. All that a filter may ask for is in one index
 * (lib/adapters/mongo/schema.ts), so that counting reads no document, but for what is nobody's: of null an index does not
 * say whether it is there. MongoDB ends it when the budget does: with very many failures there is no answer, and a
 * narrower filter has one.
 */
export async function groupsOf(
  { failures, timeoutMs }: { failures: Collection<FailureRecord>; timeoutMs: number },
  { sought, byTenant, limit, cursor, projection }: Asked,
): Promise<Page<FailureGroup>> {
  const from = cursor === undefined ? [] : [{ $match: after(cursor) }];
  return withinBudget(timeoutMs, async (left) => {
    const found = await failures
      .aggregate<Counted>(
        [...counting(sought, byTenant), ...from, { $sort: { count: -1, _id: 1 } }, { $limit: limit + 1 }],
        left(),
      )
      .toArray();
    const ids = found.map(({ example }) => example);
    const examples = new Map<string, FailureRecord>();
    for await (const one of failures.find({ _id: { $in: ids } }, { projection, ...left() })) examples.set(one._id, one);
    return pageOf(found, examples, limit);
  });
}

/** What is counted, and how: everything that these stages name is in one index. */
export const counting = (sought: Document, byTenant = false): Document[] => [
  { $match: sought },
  {
    $group: {
      _id: byTenant ? { $concat: [{ $ifNull: ['$tenant', ''] }, ' ', '$group'] } : '$group',
      count: { $sum: 1 },
      ...Object.fromEntries(
        failureStates.map((state) => [state, { $sum: { $cond: [{ $eq: ['$state', state] }, 1, 0] } }]),
      ),
      first: { $min: '$recordedtime' },
      last: { $max: '$recordedtime' },
      example: { $top: { sortBy: { recordedtime: -1, _id: -1 }, output: '$_id' } },
    },
  },
];

function pageOf(
  found: readonly Counted[],
  examples: ReadonlyMap<string, FailureRecord>,
  limit: number,
): Page<FailureGroup> {
  const items: FailureGroup[] = [];
  let bytes = 0;
  let last: Counted | undefined;
  for (const counted of found.slice(0, limit)) {
    const example = examples.get(counted.example);
    bytes += example ? bytesOf(example) : 0;
    if (last && bytes > PAGE_BYTES) return { items, next: encodePosition(last) };
    last = counted;
    // One that has left since takes its group along, or leaves it for the next look.
    if (example) items.push({ group: example.group, ...groupOf(counted), example });
  }
  return { items, next: last && found.length > limit ? encodePosition(last) : null };
}

const groupOf = ({ first, last, ...counted }: Counted): Omit<FailureGroup, 'group' | 'example'> => ({
  counts: Object.fromEntries(failureStates.flatMap((state) => (counted[state] > 0 ? [[state, counted[state]]] : []))),
  first,
  last,
});

/** Where a page ended. Counts change meanwhile: a group that has grown past this place is not shown, one that shrank again. */
const encodePosition = ({ count, _id }: Pick<Counted, 'count' | '_id'>): string =>
  Buffer.from(`${count} ${_id}`).toString('base64url');

/** @throws SluiceError `invalid-cursor` */
function after(cursor: string): Document {
  const [, digits, group] = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits === undefined || group === undefined)
    throw new SluiceError('invalid-cursor', 'cursor did not come from a page of groups');
  const count = Number(digits);
  return { $or: [{ count: { $lt: count } }, { count, _id: { $gt: group } }] };
}
