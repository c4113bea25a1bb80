import { $ZodError } from 'zod/v4/core';
import { cutText } from './bounded-text.ts';
import { isA, itemsOf, memberOf, textOf } from './guarded.ts';

/** So many faults are told: what an answer of a service lacks, it may lack in each of a thousand items. */
const MOST_FAULTS = 5;
const LONGEST_PATH = 20;
/** Of a word, in UTF-16 code units: more than is looked at of all of them. */
const LONGEST = 4000;

/**
 * What a schema found wrong, in a line: `lines.0.price: Invalid input: expected number, received undefined`. The message of zod's own error
 * is the same as JSON over many lines.
 * Each member is read once.
 * @returns undefined for what no schema threw, or whose list of faults cannot be read
 */
export function schemaFaultsIn(thrown: unknown): string | undefined {
  if (!isA(thrown, $ZodError)) return undefined;
  const { items, length } = itemsOf(memberOf(thrown, 'issues'), MOST_FAULTS);
  if (length === 0) return undefined;
  return [...items.map(faultIn), ...(length > MOST_FAULTS ? [`${length - MOST_FAULTS} more`] : [])].join('; ');
}

function faultIn(issue: unknown): string {
  const message = memberOf(issue, 'message');
  const what = typeof message === 'string' ? cutText(message, LONGEST) : 'is not valid';
  const { items } = itemsOf(memberOf(issue, 'path'), LONGEST_PATH);
  return items.length === 0 ? what : `${items.map((part) => cutText(textOf(part), LONGEST)).join('.')}: ${what}`;
}
