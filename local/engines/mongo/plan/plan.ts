import { MongoFault } from '../errors.ts';
import type { SortField } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import type { Index } from '../storage/collection-index.ts';
import type { KeyRange } from '../storage/ordered.ts';
import { equal, keyOf } from '../value/key.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { boundedRange, type KeyBounds } from './bounds.ts';
import { type Constraint, constraintsOf, implies } from './constraints.ts';
import { accessOf } from './ranges.ts';

/** How documents are found. Each is tested against the filter afterwards. */
export type Plan =
  | { kind: 'scan'; backwards: boolean; sorts: boolean }
  | { kind: 'ids'; keys: string[]; index: Index; sorts: boolean }
  | { kind: 'index'; index: Index; ranges: KeyRange[]; backwards: boolean; sorts: boolean }
  | { kind: 'union'; plans: Plan[]; sorts: boolean };

export interface Wanted {
  filter: Doc;
  sort: readonly SortField[];
  hint?: unknown;
  keyBounds?: KeyBounds | undefined;
}

/**
 * Chooses the index that narrows most; among equals one that also gives the order.
 * https://www.mongodb.com/docs/manual/core/query-plans/
 * @throws MongoFault BadValue when the hint names no index
 */
export function planFor(collection: Collection | undefined, { filter, sort, hint, keyBounds }: Wanted): Plan {
  const natural: Plan = { kind: 'scan', backwards: false, sorts: sort.length === 0 };
  if (!collection) return natural;
  const hinted = hintOf(collection, hint);
  if (hinted === 'forwards' || hinted === 'backwards') return { ...natural, backwards: hinted === 'backwards' };
  if (keyBounds) {
    const range = boundedRange(hinted, keyBounds);
    if (hinted) return boundedPlan(hinted, range, sort);
  }
  const constraints = constraintsOf(filter);
  const ids = constraints.get('_id')?.points;
  const idIndex = collection.indexes.get('_id_');
  if (ids && idIndex && (!hinted || hinted === idIndex)) {
    const keys = [...new Set(ids.map(keyOf))].sort();
    return { kind: 'ids', keys, index: idIndex, sorts: sort.length === 0 || keys.length <= 1 };
  }
  let best: { plan: Plan; worth: number } | undefined;
  for (const index of hinted ? [hinted] : collection.indexes.values()) {
    if (!hinted && index.spec.hidden) continue;
    const candidate = candidateOf(index, constraints, sort, hinted !== undefined);
    if (candidate && (!best || candidate.worth > best.worth)) best = candidate;
  }
  return best?.plan ?? (hinted ? undefined : unionFor(collection, filter, sort)) ?? natural;
}

/** An index for each branch of a top-level `$or`, when every branch has one. */
function unionFor(
  collection: Collection,
  { $or: branches, ...rest }: Doc,
  sort: readonly SortField[],
): Plan | undefined {
  if (!Array.isArray(branches) || branches.length < 2) return undefined;
  const plans = branches
    .filter(isDocument)
    .map((branch) => planFor(collection, { filter: { $and: [rest, branch] }, sort: [] }));
  if (plans.length !== branches.length || plans.some(({ kind }) => kind === 'scan')) return undefined;
  return { kind: 'union', plans, sorts: sort.length === 0 };
}

function boundedPlan(index: Index, range: KeyRange, sort: readonly SortField[]): Plan {
  const order = orderGiven(index, sort, 0, true);
  const sorts = sort.length === 0 || order !== 'none';
  return { kind: 'index', index, ranges: [range], backwards: order === 'backwards', sorts };
}

function candidateOf(
  index: Index,
  constraints: ReadonlyMap<string, Constraint>,
  sort: readonly SortField[],
  forced: boolean,
): { plan: Plan; worth: number } | undefined {
  if (!covers(index, constraints)) {
    if (!forced) return undefined;
    if (index.spec.partialFilterExpression)
      throw new MongoFault(
        'NotImplemented',
        'this engine does not take a hint to a partial index that leaves documents out',
      );
  }
  const access = accessOf(index, constraints);
  const order = orderGiven(index, sort, access.fixed, access.ranges.length === 1);
  const sorts = order !== 'none';
  if (access.used === 0 && !forced && (!sorts || sort.length === 0)) return undefined;
  const unique = index.spec.unique && access.fixed === index.fields.length;
  const worth = access.used * 4 + (access.ranged ? -1 : 0) + (sorts && sort.length > 0 ? 2 : 0) + (unique ? 100 : 0);
  return {
    plan: {
      kind: 'index',
      index,
      ranges: access.ranges,
      backwards: order === 'backwards',
      sorts: sorts || sort.length === 0,
    },
    worth: worth - index.fields.length / 100,
  };
}

/** Does the index hold every document that can match? */
function covers(index: Index, constraints: ReadonlyMap<string, Constraint>): boolean {
  const { sparse, partialFilterExpression } = index.spec;
  if (partialFilterExpression && !implies(constraints, partialFilterExpression)) return false;
  return !sparse || index.fields.some(({ path }) => constraints.get(path)?.exists === true);
}

/** Fields fixed to one value do not disturb an order. */
function orderGiven(
  index: Index,
  sort: readonly SortField[],
  fixed: number,
  oneRange: boolean,
): 'forwards' | 'backwards' | 'none' {
  if (sort.length === 0) return 'none';
  if (!oneRange || index.isMultikey) return 'none';
  const fixedPaths = new Set(index.fields.slice(0, fixed).map(({ path }) => path));
  const wanted = sort.filter(({ path }) => !fixedPaths.has(path));
  if (wanted.length === 0) return 'forwards';
  const given = index.fields.filter(({ path }) => !fixedPaths.has(path));
  if (wanted.length > given.length) return 'none';
  const turned = wanted.map(({ path, direction }, at) =>
    given[at]?.path === path ? direction * given[at].direction : 0,
  );
  if (turned.every((turn) => turn === 1)) return 'forwards';
  return turned.every((turn) => turn === -1) ? 'backwards' : 'none';
}

function hintOf(collection: Collection, hint: unknown): Index | 'forwards' | 'backwards' | undefined {
  if (hint === undefined) return undefined;
  if (typeof hint === 'string') {
    const index = collection.indexes.get(hint);
    if (index) return index;
  } else {
    if (equal(hint, {})) return undefined;
    if (equal(hint, { $natural: 1 })) return 'forwards';
    if (equal(hint, { $natural: -1 })) return 'backwards';
    for (const index of collection.indexes.values()) if (equal(index.spec.key, hint)) return index;
  }
  throw new MongoFault(
    'BadValue',
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}
