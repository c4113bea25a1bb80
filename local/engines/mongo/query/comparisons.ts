import { MongoFault } from '../errors.ts';
import { equal, keyOf, tagOf } from '../value/key.ts';
import { isNaNValue, typeName } from '../value/types.ts';
import { isOperatorDocument } from './operator-document.ts';
import { regexOf } from './regex.ts';

/** Is it a regular expression? */
export const typeOfRegex = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeName(value) === 'regex';

/** Equality of one value; null is also what is missing. https://www.mongodb.com/docs/manual/reference/operator/query/eq/ */
export function equals(operand: unknown): (value: unknown) => boolean {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  const key = keyOf(operand);
  const type = tagOf(typeName(operand));
  return (value) => {
    if (value === operand) return true;
    if (typeof value === 'string' || value === undefined || value === null) return false;
    return tagOf(typeName(value)) === type && keyOf(value) === key;
  };
}

/** Comparison holds only between values of one type; MinKey and MaxKey compare with all. */
export function ordered(name: '$gt' | '$gte' | '$lt' | '$lte', operand: unknown): (value: unknown) => boolean {
  const type = typeName(operand ?? null);
  if (type === 'regex') throw new MongoFault('BadValue', `Can't have RegEx as arg to predicate over field.`);
  if (type === 'null')
    return name === '$gte' || name === '$lte' ? (value) => value === null || value === undefined : () => false;
  const key = keyOf(operand);
  const tag = tagOf(type);
  const all = type === 'minKey' || type === 'maxKey';
  const holds = {
    $gt: (value: string) => value > key,
    $gte: (value: string) => value >= key,
    $lt: (value: string) => value < key,
    $lte: (value: string) => value <= key,
  }[name];
  const isNaNOperand = isNaNValue(operand);
  return (value) => {
    if (value === undefined) return false;
    if (!all && tagOf(typeName(value)) !== tag) return false;
    if (!all && isNaNValue(value) !== isNaNOperand) return false;
    return holds(keyOf(value));
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/query/in/ @throws MongoFault BadValue */
export function among(name: string, operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw new MongoFault('BadValue', `${name} needs an array`);
  const patterns: ((value: unknown) => boolean)[] = [];
  const keys = new Set<string>();
  let nothing = false;
  for (const one of operand as unknown[]) {
    if (isOperatorDocument(one)) throw new MongoFault('BadValue', `cannot nest $ under ${name}`);
    if (typeOfRegex(one)) patterns.push(regexTest(one));
    else if (one === null || one === undefined) nothing = true;
    else keys.add(keyOf(one));
  }
  return (value) =>
    value === null || value === undefined
      ? nothing
      : (keys.size > 0 && keys.has(keyOf(value))) || patterns.some((pattern) => pattern(value));
}

/** Matches strings, and regular expressions that are equal. */
export function regexTest(operand: unknown, options?: unknown): (value: unknown) => boolean {
  const { pattern, matches } = regexOf(operand, options);
  return (value) => (typeof value === 'string' ? matches(value) : typeOfRegex(value) && equal(value, pattern));
}
