import { CUT } from './bounded-text.ts';

/** A text as a reader of it takes it. */
export interface Reading {
  readonly text: string;
  /** Where each of its UTF-16 code units begins in the text as it stands, and where the last one ends. */
  readonly places: readonly number[];
}

/** What writers put in place of characters, and what a reader makes of it. An escape that a cut has left unfinished is none. */
interface Escapes {
  readonly pattern: RegExp;
  meaning(found: string): string;
}

const LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** JSON, and the languages whose texts look like it. https://www.rfc-editor.org/rfc/rfc8259#section-7 */
const backslashes: Escapes = {
  pattern: /\\(?:u\{[\da-f]{1,6}\}|u[\da-f]{4}|x[\da-f]{2}|(?:u[\da-f]{0,3}|x[\da-f]?)?…$|[^…])/gis,
  meaning: (found) => {
    if (found.endsWith(CUT)) return CUT;
    const digits = /^\\[ux]\{?([\da-f]+)/i.exec(found)?.[1];
    const letter = found.slice(1);
    return digits === undefined ? (LETTERS[letter] ?? letter) : character(Number.parseInt(digits, 16));
  },
};

/** Octets of UTF-8, or else of Latin-1. https://www.rfc-editor.org/rfc/rfc3986#section-2.1 */
const percents: Escapes = {
  pattern:
    /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3}|(?:%[c-f][\da-f](?:%[89ab][\da-f]){0,2})?(?:%[\da-f]?)?…$|%[89a-f][\da-f]/gi,
  meaning: (found) => {
    if (found.endsWith(CUT)) return CUT;
    try {
      return decodeURIComponent(found);
    } catch {
      return found.replace(/%(..)/g, (_, digits: string) => character(Number.parseInt(digits, 16)));
    }
  },
};

/** The same where a blank is a plus. https://url.spec.whatwg.org/#urlencoded-parsing */
const forms: Escapes = {
  pattern: new RegExp(`\\+|${percents.pattern.source}`, 'gi'),
  meaning: (found) => (found === '+' ? ' ' : percents.meaning(found)),
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** https://www.w3.org/TR/xml/#sec-references */
const entities: Escapes = {
  pattern: /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp);|&[#\da-z]{0,8}…$/gi,
  meaning: (found) => {
    if (found.endsWith(CUT)) return CUT;
    const [, hex, decimal] = /^&#(?:x([\da-f]+)|(\d+));$/i.exec(found) ?? [];
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number.parseInt(decimal, 10));
    return ENTITIES[found.slice(1, -1).toLowerCase()] ?? found;
  },
};

const ways = [backslashes, percents, forms, entities];

/** Texts are written into texts: a body of JSON into one of JSON, and that into an address. */
const WAYS_IN_A_ROW = 2;

/**
 * A text as it stands, and as whoever reads JSON, addresses, forms or markup takes it, up to two in a row, such as JSON in JSON; each
 * different one once. Linear in its length: 21 readings at most.
 */
export function readingsOf(text: string): Reading[] {
  const found = new Map<string, Reading>([[text, asItStands(text)]]);
  let last = [...found.values()];
  for (let row = 0; row < WAYS_IN_A_ROW; row++) {
    const next = last.flatMap((one) => ways.map((way) => readBy(way, one))).filter((one) => !found.has(one.text));
    for (const one of next) found.set(one.text, one);
    last = next;
  }
  return [...found.values()];
}

const asItStands = (text: string): Reading => ({
  text,
  places: Array.from({ length: text.length + 1 }, (_, index) => index),
});

function readBy({ pattern, meaning }: Escapes, { text, places }: Reading): Reading {
  let read = '';
  let from = 0;
  const placed: number[] = [];
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const means = meaning(found);
    read += text.slice(from, index) + means;
    for (let at = from; at < index; at++) placed.push(places[at] ?? 0);
    for (let unit = 0; unit < means.length; unit++) placed.push(places[index] ?? 0);
    from = index + found.length;
  }
  return from === 0 ? { text, places } : { text: read + text.slice(from), places: placed.concat(places.slice(from)) };
}

const character = (point: number): string => (point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd');
