import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { parseSort, sortBy } from '../query/sort.ts';
import { compare, equal, keyOf } from '../value/key.ts';
import { isDocument, toNumber, typeName } from '../value/types.ts';
import type { Change } from './draft.ts';

function arrayOr(value: unknown, message: (type: string) => string): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new MongoFault('BadValue', message(typeName(value)));
  return value;
}

/** https://www.mongodb.com/docs/manual/reference/operator/update/push/ */
export function push(path: string, operand: unknown, scope: QueryScope): Change {
  const { items, position, limit, sort } = pushModifiers(operand, scope);
  return (before) => {
    const array = [...arrayOr(before, (type) => `The field '${path}' must be an array but is of type ${type}`)];
    array.splice(position ?? array.length, 0, ...items);
    const sorted = sort ? sort(array) : array;
    if (limit === undefined) return sorted;
    return limit >= 0 ? sorted.slice(0, limit) : sorted.slice(limit);
  };
}

function pushModifiers(operand: unknown, scope: QueryScope) {
  if (!isDocument(operand) || !('$each' in operand)) return { items: [operand] };
  const { $each, $position, $slice, $sort, ...unknown } = operand;
  for (const name of Object.keys(operand)) scope.record('update', name);
  const [extra] = Object.keys(unknown);
  if (extra) throw new MongoFault('BadValue', `Unrecognized clause in $push: ${extra}`);
  if (!Array.isArray($each))
    throw new MongoFault(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${typeName($each)}`,
    );
  const position = whole('$position', $position);
  const limit = whole('$slice', $slice);
  return { items: $each as unknown[], position, limit, sort: $sort === undefined ? undefined : sorter($sort) };
}

function whole(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number))
    throw new MongoFault('BadValue', `The value for ${name} must be an integer value`);
  return number;
}

function sorter(sort: unknown): (array: readonly unknown[]) => unknown[] {
  const direction = toNumber(sort);
  if (direction !== undefined) {
    if (direction !== 1 && direction !== -1)
      throw new MongoFault('BadValue', 'The $sort element value must be either 1 or -1');
    return (array) => array.toSorted((one, other) => direction * compare(one, other));
  }
  const fields = parseSort(sort);
  return (array) => sortBy(array, fields, (element) => (isDocument(element) ? element : {}));
}

/** https://www.mongodb.com/docs/manual/reference/operator/update/addToSet/ */
export function addToSet(path: string, operand: unknown, scope: QueryScope): Change {
  let items = [operand];
  if (isDocument(operand) && '$each' in operand) {
    scope.record('update', '$each');
    const extra = Object.keys(operand).find((name) => name !== '$each');
    if (extra) throw new MongoFault('BadValue', `Found unexpected fields after $each in $addToSet: ${extra}`);
    if (!Array.isArray(operand.$each))
      throw new MongoFault('TypeMismatch', 'The argument to $each in $addToSet must be an array');
    items = operand.$each;
  }
  return (before) => {
    const array = arrayOr(
      before,
      (type) => `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${type}`,
    );
    const known = new Set(array.map(keyOf));
    const added = items.filter((item) => {
      const key = keyOf(item);
      return known.has(key) ? false : known.add(key);
    });
    return added.length === 0 && before !== undefined ? before : [...array, ...added];
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/update/pull/ */
export function pull(operand: unknown, scope: QueryScope): Change {
  const regex = operand !== null && typeof operand === 'object' && typeName(operand) === 'regex';
  const matches = regex
    ? scope.element({ $in: [operand] })
    : isDocument(operand)
      ? scope.element(operand)
      : (element: unknown) => equal(element, operand);
  return without(matches, '$pull');
}

/** https://www.mongodb.com/docs/manual/reference/operator/update/pullAll/ */
export function pullAll(operand: unknown): Change {
  if (!Array.isArray(operand))
    throw new MongoFault('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  const keys = new Set(operand.map(keyOf));
  return without((element) => keys.has(keyOf(element)), '$pullAll');
}

const without =
  (matches: (element: unknown) => boolean, name: string): Change =>
  (before) => {
    if (before === undefined) return undefined;
    const array = arrayOr(before, () => `Cannot apply ${name} to a non-array value`);
    const left = array.filter((element) => !matches(element));
    return left.length === array.length ? before : left;
  };

/** https://www.mongodb.com/docs/manual/reference/operator/update/pop/ */
export function pop(path: string, operand: unknown): Change {
  const end = toNumber(operand);
  if (end !== 1 && end !== -1) throw new MongoFault('FailedToParse', `$pop expects 1 or -1, found: ${String(operand)}`);
  return (before) => {
    if (before === undefined) return undefined;
    if (!Array.isArray(before))
      throw new MongoFault(
        'TypeMismatch',
        `Path '${path}' contains an element of non-array type '${typeName(before)}'`,
      );
    return end === 1 ? before.slice(0, -1) : before.slice(1);
  };
}
