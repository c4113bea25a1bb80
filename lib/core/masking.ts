import type { Marks } from '../sdk/sensitive-marks.ts';

/** What stands for a sensitive value where it is not shown. */
export const MASK = '[sensitive]';

/**
 * Data with its sensitive values masked (docs/http.md section 3); linear in its size.
 * @param marks of its schema; undefined: nothing of it is sensitive
 * @param data JSON
 */
export const masked = (marks: Marks | undefined, data: unknown): unknown =>
  marks ? maskedIn(marks.all, data, partFinder()) : data;

function maskedIn(here: readonly Marks[], value: unknown, partIn: PartFinder): unknown {
  if (here.length === 0 || value === undefined) return value;
  if (isWhole(here)) return MASK;
  const inside = (part: PropertyKey, one: unknown): unknown => maskedIn(partIn(here, part), one, partIn);
  if (Array.isArray(value)) return value.map((one, index) => inside(index, one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inside(name, one)]));
}

/**
 * The path to a value, or to the sensitive one that it is a part of: what lies in that may say what it is.
 * @returns whether it leads to a sensitive one
 */
export function pathOutside(
  marks: Marks | undefined,
  path: readonly PropertyKey[],
): { path: readonly PropertyKey[]; sensitive: boolean } {
  const partIn = partFinder();
  let here = marks?.all ?? [];
  for (const [depth, part] of path.entries()) {
    if (isWhole(here)) return { path: path.slice(0, depth), sensitive: true };
    here = partIn(here, part);
  }
  return { path, sensitive: isWhole(here) };
}

export type Leaf = string | number | bigint | Date;

/**
 * The texts, numbers and dates that are sensitive in data, and the names of records within; linear in its size.
 * @param data as it was sent, or what its schema made of it
 */
export function sensitiveLeaves(marks: Marks, data: unknown): Leaf[] {
  const found: Leaf[] = [];
  const seen = new Set<object>();
  const partIn = partFinder();
  const look = (here: readonly Marks[], value: unknown, outside: boolean): void => {
    const inside = outside || isWhole(here);
    if (!inside && here.length === 0) return;
    if (isLeaf(value)) {
      if (inside) found.push(value);
      return;
    }
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Map || value instanceof Set) {
      // Only what a schema makes of data is one; its marks are on the whole (lib/sdk/sensitive-marks.ts).
      for (const one of value instanceof Map ? [...value].flat() : value) look([], one, inside);
      return;
    }
    if (Array.isArray(value)) {
      for (const [index, one] of value.entries()) look(partIn(here, index), one, inside);
      return;
    }
    const named = inside && here.some((one) => one.named);
    for (const [name, one] of Object.entries(value)) {
      if (named) found.push(name);
      look(partIn(here, name), one, inside);
    }
  };
  look(marks.all, data, false);
  return found;
}

const isLeaf = (value: unknown): value is Leaf =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Date;

const isWhole = (here: readonly Marks[]): boolean => here.some(({ whole }) => whole);

type PartFinder = (here: readonly Marks[], part: PropertyKey) => readonly Marks[];

/**
 * What all that is said of a place says of a part of it: by its name where one of them names it, else of all others. What was found is
 * remembered for one walk, since a schema has few places and data many values; no longer, since senders say how many places a recursive one has.
 */
function partFinder(): PartFinder {
  const parts = new Map<readonly Marks[], Map<string | undefined, readonly Marks[]>>();
  return (here, part) => {
    const name = String(part);
    const named = here.some(({ members, items }) => members.has(name) || Object.hasOwn(items, name)) ? name : undefined;
    const known = parts.get(here) ?? new Map<string | undefined, readonly Marks[]>();
    const found = known.get(named) ?? partOf(here, name);
    parts.set(here, known.set(named, found));
    return found;
  };
}

/** Each once, however deep it stands. */
const partOf = (here: readonly Marks[], name: string): readonly Marks[] => [
  ...new Set(here.flatMap(({ members, items, rest }) => (members.get(name) ?? items[Number(name)] ?? rest)?.all ?? [])),
];
