/** Names longer than this are nothing that a person mistyped. */
const LONGEST = 100;

/** Names of one request that are looked for: long ones that are nearly alike cost milliseconds each. */
const MOST_NAMES = 20;

interface Close {
  candidate: string;
  distance: number;
}

/**
 * The names that a mistyped one may have meant: at most three, the closest first, none further away than a third of its length.
 */
export function closeNames(name: string, known: readonly string[]): string[] {
  if (name.length > LONGEST) return [];
  const lower = name.toLowerCase();
  let closest: Close[] = [];
  for (const candidate of known) {
    const distance = distanceUpTo(mostOf(candidate, closest), lower, candidate.toLowerCase());
    if (distance === undefined) continue;
    closest = [...closest, { candidate, distance }].toSorted((a, b) => a.distance - b.distance).slice(0, 3);
  }
  return closest.map(({ candidate }) => candidate);
}

/**
 * Close names for all of one request, so that its work is bounded: each name is looked for once.
 * @returns what gives a name's close ones, and none where others were asked for first as often as is allowed
 */
export function closeNamesOf(known: readonly string[]): (name: string) => readonly string[] {
  const found = new Map<string, readonly string[]>();
  return (name) => {
    const before = found.get(name);
    if (before || found.size === MOST_NAMES) return before ?? [];
    const close = closeNames(name, known);
    found.set(name, close);
    return close;
  };
}

/** How far this candidate may be: of three that are found, the last keeps its place against one as far. */
function mostOf({ length }: string, closest: readonly Close[]): number {
  const allowed = Math.max(2, Math.floor(length / 3));
  const third = closest[2];
  return third ? Math.min(allowed, third.distance - 1) : allowed;
}

/**
 * Levenshtein: how many characters to insert, delete or replace; undefined where it is more than `most`. Only what lies within `most` of
 * the diagonal is looked at, and nothing behind a row that is over it: no way to the end costs less.
 */
function distanceUpTo(most: number, from: string, to: string): number | undefined {
  if (Math.abs(from.length - to.length) > most) return undefined;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    row = nextRow(row, i, most, from[i - 1], to);
    if (row.every((distance) => distance > most)) return undefined;
  }
  const distance = row[to.length] ?? Number.POSITIVE_INFINITY;
  return distance <= most ? distance : undefined;
}

/** @param row of the characters before the `i`th */
function nextRow(row: readonly number[], i: number, most: number, character: string | undefined, to: string): number[] {
  const next = new Array<number>(to.length + 1).fill(Number.POSITIVE_INFINITY);
  if (i <= most) next[0] = i;
  for (let j = Math.max(1, i - most); j <= Math.min(to.length, i + most); j++) {
    const replaced = (row[j - 1] ?? 0) + (character === to[j - 1] ? 0 : 1);
    next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced);
  }
  return next;
}
