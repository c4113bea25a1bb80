import type { Marks } from '../sdk/sensitive-marks.ts';
import { type Bounded, boundedText, CUT, cutText } from './bounded-text.ts';
import { type Leaf, MASK, sensitiveLeaves } from './masking.ts';
import { type Reading, readingsOf } from './readings.ts';

/** What is looked for of a longer value: a text that has so much of it quotes it. */
const HEAD = 32;
/** A shorter one is in many a word by chance, so it counts where it stands alone. */
const SHORT = 4;

/**
 * Masks the sensitive values of one event in any text.
 * @param data as it was sent, and as its schema gave it, where it did
 * @returns undefined where nothing is sensitive
 */
export const redactionOf = (marks: Marks | undefined, ...data: readonly unknown[]): Bounded | undefined =>
  redactionFrom(leavesOf(marks, data));

/** The values that `redactionFrom` masks, as they are now: a handler may change what it was given. */
export const leavesOf = (marks: Marks | undefined, data: readonly unknown[]): Leaf[] =>
  marks ? data.flatMap((one) => sensitiveLeaves(marks, one)) : [];

/**
 * Masks values in any text, in any case, also as JSON, an address, a form or markup writes them, whichever escapes it takes, and one of these
 * within another. What is made of a value, such as a part or a hash of it, nobody can find. The cost follows the text, however many values
 * there are.
 * @returns undefined where there are none
 */
export function redactionFrom(leaves: readonly Leaf[]): Bounded | undefined {
  if (leaves.length === 0) return undefined;
  let heads: Heads | undefined;
  return (text, most) => {
    heads ??= headsOf(new Set(leaves.flatMap(textsOf)));
    // Before credentials are taken out: an address with some may be a value itself.
    return boundedText(redacted(cutText(text, most * 2), heads), most);
  };
}

interface Heads {
  /** What values begin with, so that one look tells of most places that none is there. */
  starts: ReadonlySet<string>;
  /** The values that begin with the same so many characters: the one, or null for several. By length, the longest first. */
  byLength: readonly (readonly [length: number, values: ReadonlyMap<string, string | null>])[];
}

function headsOf(texts: ReadonlySet<string>): Heads {
  const byLength = new Map<number, Map<string, string | null>>();
  for (const text of texts) {
    const head = text.slice(0, HEAD);
    const values = byLength.get(head.length) ?? new Map<string, string | null>();
    values.set(head, values.has(head) ? null : text);
    byLength.set(head.length, values);
  }
  return {
    starts: new Set(texts.values().map((text) => text.slice(0, SHORT))),
    byLength: [...byLength].toSorted(([one], [other]) => other - one),
  };
}

function textsOf(leaf: Leaf): string[] {
  const text = leaf instanceof Date ? dateText(leaf) : String(leaf).toWellFormed();
  return text.trim() === '' ? [] : [folded(text)];
}

const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? '' : date.toISOString());

/**
 * In one case, each character in its place and whatever stands beside it: an address is often kept in lower case. Of all characters these
 * two alone become longer, or another by their neighbours: https://www.unicode.org/Public/UCD/latest/ucd/SpecialCasing.txt
 */
const folded = (text: string): string => text.replaceAll('\u0130', 'i').replaceAll('\u03A3', '\u03C3').toLowerCase();

function redacted(text: string, heads: Heads): string {
  const found = readingsOf(text).flatMap((reading) => spansIn(reading, heads));
  let shown = '';
  let from = 0;
  for (const [begin, end] of found.toSorted(([one], [other]) => one - other)) {
    // Another reading may find the same value, or a longer one.
    if (begin >= from) shown += text.slice(from, begin) + MASK;
    from = Math.max(from, end);
  }
  return shown + text.slice(from);
}

type Span = readonly [begin: number, end: number];

/** Where values stand, in the text itself. */
function spansIn({ text, places }: Reading, heads: Heads): Span[] {
  const searched = folded(text);
  const found: Span[] = [];
  for (let at = 0; at < searched.length; ) {
    const end = endOf(searched, at, heads);
    if (end !== undefined) found.push([places[at] ?? 0, places[end] ?? 0]);
    at = end ?? at + 1;
  }
  return found;
}

/** Where a value ends that begins here. */
function endOf(text: string, at: number, heads: Heads): number | undefined {
  const isStart = heads.starts.has(text.slice(at, at + SHORT));
  for (const [length, values] of heads.byLength) {
    if (!isStart && length >= SHORT) continue;
    const value = values.get(text.slice(at, at + length));
    if (value === null) return text.length;
    if (value === undefined) continue;
    const end = at + sharedLength(text, at, value);
    if (value.length >= SHORT || standsAlone(text, at, end)) return end;
  }
  return isStart && isCutValue(text, at, heads) ? text.length : undefined;
}

function sharedLength(text: string, at: number, value: string): number {
  let length = 0;
  while (length < value.length && text[at + length] === value[length]) length++;
  return length;
}

const standsAlone = (text: string, at: number, end: number): boolean =>
  !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at)) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2));

/** Does a text that was cut end in the midst of a value? */
function isCutValue(text: string, at: number, heads: Heads): boolean {
  if (!text.endsWith(CUT)) return false;
  const rest = text.slice(at, -1);
  if (rest.length < SHORT || rest.length >= HEAD) return false;
  return heads.byLength.some(([, values]) => values.keys().some((head) => head.startsWith(rest)));
}
