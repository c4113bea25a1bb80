import { MongoFault } from '../errors.ts';
import { emptyArrayKey, keyOf, nullKey } from './key.ts';
import { type Doc, field, isDocument } from './types.ts';

/** Where in an array a condition held, for the positional operator `$`. */
export interface Position {
  index: number | undefined;
}

const digits = /^(0|[1-9]\d*)$/;
export const isIndex = (part: string): boolean => digits.test(part);

/**
 * Calls `leaf` for every value that a dotted path reaches: through each document of an array, and by position. A value that is
 * missing is `undefined`; elements that are no documents are passed over. An element that the path ends at by its position is
 * told to `leaf` as named: where it is an array, its own elements are not looked at.
 * https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/
 * @returns whether `leaf` said yes to one of them
 */
export function reach(
  value: unknown,
  parts: readonly string[],
  leaf: (value: unknown, position?: Position, isNamed?: boolean) => boolean,
  position?: Position,
  from = 0,
): boolean {
  const part = parts[from];
  if (part === undefined) return leaf(value, position);
  if (isDocument(value)) return reach(field(value, part), parts, leaf, position, from + 1);
  if (!Array.isArray(value)) return leaf(undefined, position);
  if (isIndex(part) && Number(part) < value.length) {
    const named: unknown = value[Number(part)];
    if (from + 1 === parts.length ? leaf(named, position, true) : reachInside(named, parts, leaf, position, from + 1))
      return true;
  }
  for (let index = 0; index < value.length; index++) {
    const element: unknown = value[index];
    if (isDocument(element) && reach(element, parts, leaf, position, from)) {
      if (position) position.index = index;
      return true;
    }
  }
  return false;
}

/** What has no inside has no value either, not even a missing one. */
const reachInside: typeof reach = (value, ...rest) =>
  (isDocument(value) || Array.isArray(value)) && reach(value, ...rest);

/** The values of a path as an index or a sort sees them, arrays unfolded, as keys. */
export interface PathKeys {
  keys: string[];
  /** An array was unfolded. */
  multikey: boolean;
  /** The path reached something. */
  present: boolean;
}

/**
 * https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/
 * @throws MongoFault Location16746 when a number in the path means a position and a field too
 */
export function pathKeys(document: Doc, parts: readonly string[]): PathKeys {
  const found: PathKeys = { keys: [], multikey: false, present: false };
  collect(document, parts, 0, found);
  if (found.keys.length === 0) found.keys.push(nullKey);
  if (found.keys.length > 1) found.keys = [...new Set(found.keys)];
  return found;
}

function collect(value: unknown, parts: readonly string[], from: number, found: PathKeys): void {
  const part = parts[from];
  if (Array.isArray(value)) {
    found.multikey = true;
    if (part === undefined) {
      found.present = true;
      if (value.length === 0) found.keys.push(emptyArrayKey);
      for (const element of value) found.keys.push(keyOf(element));
    } else if (isIndex(part)) {
      if (value.some((one) => isDocument(one) && Object.hasOwn(one, part)))
        throw new MongoFault(
          'Location16746',
          `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${part}'`,
        );
      collect(value[Number(part)], parts, from + 1, found);
    } else {
      if (value.length === 0) found.keys.push(nullKey);
      for (const element of value) {
        if (isDocument(element)) collect(element, parts, from, found);
        else found.keys.push(nullKey);
      }
    }
  } else if (part === undefined) {
    if (value !== undefined) found.present = true;
    found.keys.push(value === undefined ? nullKey : keyOf(value));
  } else if (isDocument(value)) collect(field(value, part), parts, from + 1, found);
  else found.keys.push(nullKey);
}

/** The value at a path without unfolding arrays; `undefined` when missing. */
export function valueAt(document: unknown, parts: readonly string[]): unknown {
  let value: unknown = document;
  for (const part of parts) {
    if (isDocument(value)) value = field(value, part);
    else if (Array.isArray(value) && isIndex(part)) value = value[Number(part)];
    else return undefined;
  }
  return value;
}
