import { type Doc, isDocument } from '../value/types.ts';

/** `{ $gt: 1 }` and not `{ a: 1 }`. */
export function isOperatorDocument(value: unknown): value is Doc {
  if (!isDocument(value)) return false;
  const [first] = Object.keys(value);
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id';
}
