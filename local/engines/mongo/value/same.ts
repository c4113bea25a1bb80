import { Decimal128 } from 'bson';
import { keyOf } from './key.ts';
import { isDocument, typeName } from './types.ts';

/** Are two values the same, type of numbers included? Then an update has changed nothing. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (isDocument(one)) {
    if (!isDocument(other)) return false;
    const names = Object.keys(one);
    const others = Object.keys(other);
    return (
      names.length === others.length && names.every((name, at) => name === others[at] && same(one[name], other[name]))
    );
  }
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((value, at) => same(value, other[at]));
  if (typeName(one) !== typeName(other)) return false;
  if (one instanceof Decimal128) return one.toString() === String(other);
  return keyOf(one) === keyOf(other);
}
