import { type Doc, isDocument } from '../value/types.ts';

/** `{ $gt: 1 }` and not `{ a: 1 }`. */
export function isOperatorDocument(value: unknown): value is Doc {
  if (!isDocument(value)) return false;
  const [first] = Object.keys(value);
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id';
}

const logical = new Set(['$and', '$or', '$nor', '$expr', '$jsonSchema']);

/** Is what is asked of an array element a condition on its value, and not a filter on a document? */
export const isValueCondition = (condition: unknown): condition is Doc =>
  isOperatorDocument(condition) && !Object.keys(condition).some((name) => logical.has(name));
