import { parseJson } from './parse.ts';

/**
 * Parses a text that is I-JSON at a glance: it is JSON, its objects have as many keys as there are colons in it, so that no key was
 * lost to another of its name, and nothing stands in it that has to be looked at closely. Time is linear in the length of the text.
 * @param most levels of arrays and objects inside each other
 * @returns undefined where that does not show: the text may be I-JSON all the same
 */
export function parseEvident(text: string, most: number): unknown {
  const colons = colonsIn(text, most);
  if (colons === undefined || !text.isWellFormed()) return undefined;
  const value = parsed(text);
  return keysIn(value) === colons ? value : undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LETTER_U = 0x75;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Counts before anything is made of the text, so that what is nested without end is never parsed.
 * @returns how many colons stand outside of strings; undefined where it is nested deeper, or has an escape by number, which may be one of a
 * surrogate or of NUL
 */
function colonsIn(text: string, most: number): number | undefined {
  let colons = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) inString = !inString;
    else if (inString) {
      if (unit === BACKSLASH && text.charCodeAt(++at) === LETTER_U) return undefined;
    } else if (unit === COLON) colons++;
    else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      depth++;
      if (depth > most) return undefined;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) depth--;
  }
  return colons;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // What is wrong, and where, is for whoever looks closely.
    return undefined;
  }
}

/** @returns how many keys all objects have together; not a number where a number is beyond a double */
function keysIn(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  let keys = Array.isArray(value) ? 0 : inner.length;
  for (const one of inner) keys += keysIn(one);
  return keys;
}
