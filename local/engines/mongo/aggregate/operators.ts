import { Decimal128, Long } from 'bson';
import { evalExpr } from 'mingo/core';
import * as mingo from 'mingo/operators/expression';
import type { Options } from 'mingo/types';
import { type CodeName, MongoFault } from '../errors.ts';
import { compare, equal, keyOf } from '../value/key.ts';
import { valueAt } from '../value/paths.ts';
import { isDocument, typeName } from '../value/types.ts';
import { conversionOperators } from './conversions.ts';
import { corrections } from './corrections.ts';
import { dateArithmetic } from './date-arithmetic.ts';
import { dateOperators } from './dates.ts';
import { originalOf } from './evaluable.ts';
import { listOperators } from './lists.ts';
import { numberOperators } from './numbers.ts';
import { type Operator, only } from './operands.ts';
import { stringOperators } from './strings.ts';
import { truthy } from './truthy.ts';

/** Operators whose mingo form agrees with the manual in what the contract suite asks. */
const taken: ReadonlySet<string> = new Set([
  ...['$abs', '$add', '$ceil', '$divide', '$exp', '$floor', '$mod', '$multiply', '$pow', '$sqrt', '$subtract'],
  ...['$bitAnd', '$bitOr', '$bitXor', '$bitNot', '$rand'],
  ...['$arrayElemAt', '$arrayToObject', '$filter', '$first', '$isArray', '$last', '$map', '$range'],
  ...['$reduce', '$reverseArray', '$size', '$slice', '$zip', '$cond', '$ifNull', '$switch', '$literal', '$let'],
  ...['$objectToArray', '$getField', '$setField', '$unsetField'],
]);

const two = (name: string, operand: unknown): readonly [unknown, unknown] => {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw new MongoFault(
      'Location16020',
      `Expression ${name} takes exactly 2 arguments. ${Array.isArray(operand) ? operand.length : 1} were passed in.`,
    );
  return [operand[0], operand[1]];
};

/** Aggregation tells a missing value from null: it is less. */
function order(one: unknown, other: unknown): number {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  return Math.sign(compare(one, other));
}

const comparison =
  (name: string, holds: (order: number) => unknown): Operator =>
  (document, operand, options) => {
    const [one, other] = two(name, operand);
    return holds(order(evalExpr(document, one, options), evalExpr(document, other, options)));
  };

const list = (operand: unknown): readonly unknown[] => (Array.isArray(operand) ? operand : [operand]);

/** Arguments of an accumulator used as an expression: one array, or several values. */
function operands(document: unknown, operand: unknown, options: Options): readonly unknown[] {
  if (Array.isArray(operand) && operand.length !== 1) return list(evalExpr(document, operand, options));
  return list(evalExpr(document, Array.isArray(operand) ? operand[0] : operand, options));
}

function numbersOf(values: readonly unknown[]): number[] {
  if (values.some((value) => value instanceof Decimal128))
    throw new MongoFault('NotImplemented', 'this engine does not compute with Decimal128');
  return values.filter((value) => typeof value === 'number');
}

const extreme =
  (sign: 1 | -1): Operator =>
  (document, operand, options) => {
    const values = operands(document, operand, options).filter((value) => value !== undefined && value !== null);
    return values.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best), values[0]) ?? null;
  };

const notArrays: Readonly<Record<string, CodeName>> = {
  $setUnion: 'Location17043',
  $setEquals: 'Location17044',
  $setIsSubset: 'Location17046',
  $setIntersection: 'Location17047',
  $setDifference: 'Location17048',
};

function sets(name: string, document: unknown, operand: unknown, options: Options): unknown[][] | null {
  const found = list(evalExpr(document, operand, options));
  if (found.some((value) => value === undefined || value === null)) return null;
  return found.map((value) => {
    if (!Array.isArray(value))
      throw new MongoFault(notArrays[name] ?? 'BadValue', `All operands of ${name} must be arrays.`);
    return value as unknown[];
  });
}

const distinct = (values: readonly unknown[]): unknown[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];
const keysOf = (values: readonly unknown[]): Set<string> => new Set(values.map(keyOf));

const own: { [name: string]: Operator } = {
  $eq: comparison('$eq', (sign) => sign === 0),
  $ne: comparison('$ne', (sign) => sign !== 0),
  $gt: comparison('$gt', (sign) => sign > 0),
  $gte: comparison('$gte', (sign) => sign >= 0),
  $lt: comparison('$lt', (sign) => sign < 0),
  $lte: comparison('$lte', (sign) => sign <= 0),
  $cmp: comparison('$cmp', (sign) => sign),
  $and: (document, operand, options) => list(operand).every((one) => truthy(evalExpr(document, one, options))),
  $or: (document, operand, options) => list(operand).some((one) => truthy(evalExpr(document, one, options))),
  $not: (document, operand, options) =>
    !truthy(evalExpr(document, Array.isArray(operand) ? operand[0] : operand, options)),
  $in: (document, operand, options) => {
    const [one, array] = two('$in', operand).map((each) => evalExpr(document, each, options));
    if (!Array.isArray(array))
      throw new MongoFault('Location40081', `$in requires an array as a second argument, found: ${typeName(array)}`);
    return array.some((value) => equal(value, one ?? null));
  },
  $type: (document, operand, options) => {
    const given = only(operand);
    const value = evalExpr(document, given, options);
    if (typeof value === 'number' && typeof given === 'string' && isDocument(document)) {
      const stored = valueAt(originalOf(document), given.slice(1).split('.'));
      return typeName(stored instanceof Long ? stored : value);
    }
    return value === undefined ? 'missing' : typeName(value);
  },
  $sum: (document, operand, options) =>
    numbersOf(operands(document, operand, options)).reduce((sum, one) => sum + one, 0),
  $avg: (document, operand, options) => {
    const numbers = numbersOf(operands(document, operand, options));
    return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  },
  $min: extreme(-1),
  $max: extreme(1),
  $setUnion: (document, operand, options) => {
    const arrays = sets('$setUnion', document, operand, options);
    return arrays && distinct(arrays.flat());
  },
  $setIntersection: (document, operand, options) => {
    const arrays = sets('$setIntersection', document, operand, options);
    if (!arrays) return null;
    const [first = [], ...rest] = arrays;
    const others = rest.map(keysOf);
    return distinct(first).filter((value) => others.every((keys) => keys.has(keyOf(value))));
  },
  $setDifference: (document, operand, options) => {
    const arrays = sets('$setDifference', document, operand, options);
    if (!arrays) return null;
    const [first = [], second = []] = arrays;
    const without = keysOf(second);
    return distinct(first).filter((value) => !without.has(keyOf(value)));
  },
  $setEquals: (document, operand, options) => {
    const [first = [], ...rest] = sets('$setEquals', document, operand, options) ?? [];
    const keys = keysOf(first);
    return rest.map(keysOf).every((other) => other.size === keys.size && [...other].every((key) => keys.has(key)));
  },
};

/** Every aggregation expression that this engine knows. */
export const expressionOperators: { [name: `$${string}`]: Operator } = {
  ...Object.fromEntries(Object.entries<unknown>(mingo).filter(([name]) => taken.has(name)) as [string, Operator][]),
  ...corrections,
  ...numberOperators,
  ...stringOperators,
  ...listOperators,
  ...dateOperators,
  ...dateArithmetic,
  ...conversionOperators,
  ...own,
};
