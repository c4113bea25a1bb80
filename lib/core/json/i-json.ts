import { SluiceError } from '../../sdk/errors.ts';
import { parseEvident } from './evident.ts';
import { parseJson } from './parse.ts';

/** The most arrays and objects inside each other; the outermost value is level 1. */
export const MAX_DEPTH = 64;

/** Text that is not I-JSON. */
export class JsonError extends SluiceError {
  /** Offset of the first character that is wrong, in UTF-16 units, from 0. */
  readonly position: number;

  constructor(position: number, message: string) {
    super('invalid-json', `${message} (at character ${position})`);
    this.position = position;
  }
}

/**
 * Parses I-JSON (RFC 7493): JSON (RFC 8259) without lone surrogates, duplicate keys and numbers beyond a double, and here also
 * without NUL in a key (MongoDB cannot carry it) and no deeper than 64 levels. Time is linear in the length of the text, whatever
 * the text. A byte order mark is refused: RFC 8259 section 8.1 forbids senders to add one.
 * @throws JsonError at the first fault
 */
export function parseIJson(text: string): unknown {
  const value = parseEvident(text, MAX_DEPTH);
  return value === undefined ? parseClosely(text) : value;
}

/** The same, character by character: it knows what is wrong, and takes three times as long. @throws JsonError at the first fault */
export function parseClosely(text: string): unknown {
  check(text);
  return parseJson(text);
}

/** The keys of one open object: none, the only one, or a set from the second on; null for an array. */
type Keys = undefined | string | Set<string> | null;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ', or end';

function check(text: string): void {
  refuseRawSurrogates(text);
  const open: Keys[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    const unit = text.charCodeAt(at);
    if (expected === ', or end') {
      const keys = open.at(-1);
      if (open.length === 0) {
        if (at < text.length) throw unexpected(text, at);
        return;
      }
      if (unit === COMMA) expected = keys === null ? 'value' : 'key';
      else if (unit === (keys === null ? CLOSE_ARRAY : CLOSE_OBJECT)) open.pop();
      else throw unexpected(text, at);
      at++;
    } else if (expected === 'key' || expected === 'key or }') {
      if (unit === CLOSE_OBJECT && expected === 'key or }') {
        open.pop();
        at++;
        expected = ', or end';
        continue;
      }
      if (unit !== QUOTE) throw unexpected(text, at);
      const end = stringEnd(text, at);
      open[open.length - 1] = withKey(open.at(-1), text, at, end);
      at = skipSpace(text, end);
      if (text.charCodeAt(at) !== COLON) throw unexpected(text, at);
      at++;
      expected = 'value';
    } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      if (open.length === MAX_DEPTH) throw new JsonError(at, `nested deeper than ${MAX_DEPTH} levels`);
      open.push(unit === OPEN_ARRAY ? null : undefined);
      at++;
      expected = unit === OPEN_ARRAY ? 'value or ]' : 'key or }';
    } else if (unit === CLOSE_ARRAY && expected === 'value or ]') {
      open.pop();
      at++;
      expected = ', or end';
    } else {
      at = unit === QUOTE ? stringEnd(text, at) : literalEnd(text, at);
      expected = ', or end';
    }
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at++;
  }
}

/** Raw ones by the engine's own fast check; escaped ones are seen while the string is read. */
function refuseRawSurrogates(text: string): void {
  if (text.isWellFormed()) return;
  const position = text.search(/\p{Surrogate}/u);
  throw new JsonError(position, 'a surrogate stands alone');
}

/** @returns the offset after the closing quote */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    if (unit === BACKSLASH) at = escapeEnd(text, at);
    else if (unit < 0x20) throw new JsonError(at, 'a control character stands unescaped in a string');
    else if (Number.isNaN(unit)) throw new JsonError(at, 'a string does not end');
    else at++;
  }
}

function escapeEnd(text: string, at: number): number {
  const letter = text[at + 1];
  if (letter !== 'u') {
    if (letter === undefined || !'"\\/bfnrt'.includes(letter)) throw new JsonError(at, 'an unknown escape in a string');
    return at + 2;
  }
  const unit = escapedUnit(text, at);
  if (unit === undefined) throw new JsonError(at, 'an incomplete \\u escape');
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const low = unit < 0xdc00 ? escapedUnit(text, at + 6) : undefined;
  if (low === undefined || low < 0xdc00 || low > 0xdfff) throw new JsonError(at, 'a surrogate stands alone');
  return at + 12;
}

function escapedUnit(text: string, at: number): number | undefined {
  const digits = text.slice(at, at + 6);
  return /^\\u[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits.slice(2), 16) : undefined;
}

function withKey(known: Keys, text: string, start: number, end: number): Keys {
  const raw = text.slice(start + 1, end - 1);
  const key = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
  if (key.includes('\0')) throw new JsonError(start, 'a key holds NUL');
  if (known === undefined || known === null) return key;
  const keys = typeof known === 'string' ? new Set([known]) : known;
  if (keys.size === keys.add(key).size) throw new JsonError(start, 'a key stands twice in one object');
  return keys;
}

const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function literalEnd(text: string, start: number): number {
  literal.lastIndex = start;
  const found = literal.exec(text)?.[0];
  if (found === undefined) throw unexpected(text, start);
  if (!/[a-z]{4}/.test(found) && !Number.isFinite(Number(found))) {
    throw new JsonError(start, 'a number beyond what a double can carry');
  }
  return start + found.length;
}

function unexpected(text: string, at: number): JsonError {
  const character = text.codePointAt(at);
  if (character === undefined)
    return new JsonError(at, text.trim() === '' ? 'there is no JSON' : 'the JSON ends too early');
  if (character === 0xfeff) return new JsonError(at, 'a byte order mark is not JSON');
  const shown =
    character > 0x20 && character < 0x7f
      ? `"${String.fromCodePoint(character)}"`
      : `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
  return new JsonError(at, `${shown} is not expected here`);
}
