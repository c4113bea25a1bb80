import { compileFilter, type Predicate } from '../query/match.ts';
import type { QueryScope } from '../query/scope.ts';
import { parseSort, type SortField, sortBy } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import { type StoredRecord, seen, type View } from '../storage/record.ts';
import { type Doc, isDocument } from '../value/types.ts';
import type { KeyBounds } from './bounds.ts';
import { type Plan, planFor } from './plan.ts';

export interface Found {
  record: StoredRecord;
  document: Doc;
}

/** A query, compiled and planned once; it can run on several views. */
export interface Query {
  plan: Plan;
  matches: Predicate;
  sort: readonly SortField[];
  /** How many keys and documents it has looked at. */
  examined: { keys: number; documents: number };
  run(view: View, bounds?: { skip?: number; limit?: number }): Iterable<Found>;
}

/** @throws MongoFault for a malformed filter, sort or hint */
export function compileQuery(
  collection: Collection | undefined,
  wanted: { filter: Doc; sort?: unknown; hint?: unknown; keyBounds?: KeyBounds | undefined },
  scope: QueryScope,
): Query {
  const matches = compileFilter(wanted.filter, scope);
  const naturally = isDocument(wanted.sort) && '$natural' in wanted.sort;
  const sort = naturally ? [] : parseSort(wanted.sort);
  const { filter, hint, keyBounds } = wanted;
  const plan = planFor(collection, { filter, sort, hint: naturally ? wanted.sort : hint, keyBounds });
  const examined = { keys: 0, documents: 0 };
  return {
    plan,
    matches,
    sort,
    examined,
    run(view, { skip = 0, limit = Number.POSITIVE_INFINITY } = {}) {
      if (!collection) return [];
      const found = matching(candidates(collection, plan, view, examined), matches, scope.interrupt);
      const sorted = plan.sorts ? found : Iterator.from(sortBy([...found], sort, ({ document }) => document));
      const skipped = skip > 0 ? sorted.drop(skip) : sorted;
      return limit === Number.POSITIVE_INFINITY ? skipped : skipped.take(limit);
    },
  };
}

const OFTEN = 32;

/** Looks now and then whether the command must end. */
function* matching(
  found: Iterable<Found>,
  matches: Predicate,
  interrupt: (() => void) | undefined,
): Generator<Found, void, undefined> {
  let turn = 0;
  for (const one of found) {
    turn += 1;
    if (turn % OFTEN === 0) interrupt?.();
    if (matches(one.document)) yield one;
  }
}

type Examined = Query['examined'];

function* candidates(
  collection: Collection,
  plan: Plan,
  view: View,
  examined: Examined,
): Generator<Found, void, undefined> {
  if (plan.kind === 'index') yield* throughIndex(plan, view, examined);
  else if (plan.kind === 'union') {
    const met = new Set<StoredRecord>();
    for (const branch of plan.plans)
      for (const found of candidates(collection, branch, view, examined)) {
        if (met.has(found.record)) continue;
        met.add(found.record);
        yield found;
      }
  } else if (plan.kind === 'ids') {
    for (const key of plan.keys) {
      examined.keys += 1;
      const record = collection.records.get(key);
      const document = record ? seen(record, view) : null;
      if (!record || document === null) continue;
      examined.documents += 1;
      yield { record, document };
    }
  } else {
    const all = plan.backwards ? [...collection.all(view)].reverse() : collection.all(view);
    for (const found of all) {
      examined.documents += 1;
      yield found;
    }
  }
}

function* throughIndex(
  { index, ranges, backwards }: Extract<Plan, { kind: 'index' }>,
  view: View,
  examined: Examined,
): Generator<Found, void, undefined> {
  const met = index.isMultikey ? new Set<StoredRecord>() : undefined;
  for (const range of backwards ? ranges.toReversed() : ranges) {
    for (const { key, record } of index.scan(range, backwards)) {
      examined.keys += 1;
      const document = seen(record, view);
      if (document === null || met?.has(record)) continue;
      // The entry may belong to a state that this view does not see.
      const exact = record.versions.length === 1 && record.writer === null;
      if (!exact && !index.keysOf(document).includes(key)) continue;
      met?.add(record);
      examined.documents += 1;
      yield { record, document };
    }
  }
}
