import type { Index } from '../storage/collection-index.ts';
import type { KeyRange } from '../storage/ordered.ts';
import { END, flipped, keyOf, tagOf } from '../value/key.ts';
import { typeName } from '../value/types.ts';
import type { Constraint } from './constraints.ts';

/** Which part of an index holds every document that meets the constraints. */
export interface Access {
  ranges: KeyRange[];
  /** Fields at the front that are fixed to one value. */
  fixed: number;
  /** Fields that narrow the ranges. */
  used: number;
  /** The last of them by a range and not by equality. */
  ranged: boolean;
}

const MOST_RANGES = 2000;

/** Equality on the first fields, then a range on the next. */
export function accessOf(index: Index, constraints: ReadonlyMap<string, Constraint>): Access {
  let prefixes = [''];
  let used = 0;
  let fixed = 0;
  let multikeyUsed = false;
  for (const [at, { path, direction }] of index.fields.entries()) {
    const constraint = constraints.get(path);
    if (!constraint) break;
    if (index.multikey[at]) {
      // Conditions on several fields of one array may be met by different elements.
      if (multikeyUsed) break;
      multikeyUsed = true;
    }
    if (constraint.points && prefixes.length * constraint.points.length <= MOST_RANGES) {
      const keys = [...new Set(constraint.points.map(keyOf))].map((key) => (direction === 1 ? key : flipped(key)));
      prefixes = prefixes.flatMap((prefix) => keys.map((key) => prefix + key));
      used += 1;
      if (keys.length === 1 && fixed === at) fixed += 1;
      continue;
    }
    const range = rangeOf(constraint, direction, index.multikey[at] === true);
    if (!range) break;
    const ranges = prefixes.map((prefix) => ({ low: prefix + range.low, high: prefix + range.high }));
    return { ranges: ordered(ranges), fixed, used: used + 1, ranged: true };
  }
  return {
    ranges: ordered(prefixes.map((prefix) => ({ low: prefix, high: prefix + END }))),
    fixed,
    used,
    ranged: false,
  };
}

const ordered = (ranges: KeyRange[]): KeyRange[] =>
  ranges.sort((one, other) => (one.low < other.low ? -1 : one.low > other.low ? 1 : 0));

/** Values of one type between the ends; of an array only one end can be used, because each may be met by another element. */
function rangeOf({ low, high }: Constraint, direction: 1 | -1, multikey: boolean): KeyRange | undefined {
  const known = low ?? high;
  if (!known) return undefined;
  const tag = tagOf(typeName(known.value));
  const upper = multikey && low ? undefined : high;
  const least = low ? keyOf(low.value) : tag;
  const most = upper ? keyOf(upper.value) : tag;
  if (direction === 1)
    return {
      low: low && !low.inclusive ? least + END : least,
      high: upper && !upper.inclusive ? most : most + END,
    };
  return {
    low: upper && !upper.inclusive ? flipped(most) + END : flipped(most),
    high: low && !low.inclusive ? flipped(least) : flipped(least) + END,
  };
}
