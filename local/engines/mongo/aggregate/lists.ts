import { evalExpr } from 'mingo/core';
import { MongoFault } from '../errors.ts';
import { parseSort, sortBy } from '../query/sort.ts';
import { compare, equal, keyOf } from '../value/key.ts';
import { type Doc, isDocument, setField, typeName } from '../value/types.ts';
import { arrayOf, isNothing, named, type Operator, several, wholeOf } from './operands.ts';
import { truthy } from './truthy.ts';

/** Some elements of an array: the first or last, or the greatest or least that are not null. */
const some = (name: string, choose: (array: unknown[], count: number) => unknown[]): Operator =>
  named(name, ['n', 'input'], ['n', 'input'], ({ n, input }) => {
    const count = wholeOf(name, 'Location5787902', n);
    if (count < 1) throw new MongoFault('Location5787908', `'n' must be greater than 0, found ${count}`);
    return choose(arrayOf(name, 'Location5788200', input), count);
  });

const sorted = (array: unknown[], sign: 1 | -1): unknown[] =>
  array.filter((value) => !isNothing(value)).sort((one, other) => sign * compare(one, other));

const $sortArray: Operator = named('$sortArray', ['input', 'sortBy'], ['input', 'sortBy'], ({ input, sortBy: by }) => {
  if (isNothing(input)) return null;
  const array = arrayOf('$sortArray', 'Location2942504', input);
  if (isDocument(by)) return sortBy(array, parseSort(by), (one) => (isDocument(one) ? one : ({} as Doc)));
  if (by !== 1 && by !== -1) throw new MongoFault('Location2942507', 'The $sort element value must be either 1 or -1');
  return [...array].sort((one, other) => by * compare(one ?? null, other ?? null));
});

const every = (name: string, code: 'Location17040' | 'Location17041', work: (array: unknown[]) => boolean): Operator =>
  several(name, 1, 1, (value) => work(arrayOf(name, code, value)));

/** `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/` */
export const listOperators: { readonly [name: string]: Operator } = {
  $firstN: some('$firstN', (array, count) => array.slice(0, count)),
  $lastN: some('$lastN', (array, count) => array.slice(-count)),
  $maxN: some('$maxN', (array, count) => sorted(array, -1).slice(0, count)),
  $minN: some('$minN', (array, count) => sorted(array, 1).slice(0, count)),
  $sortArray,
  $indexOfArray: several('$indexOfArray', 2, 4, (value, wanted, start, end) => {
    if (isNothing(value)) return null;
    const array = arrayOf('$indexOfArray', 'Location40090', value);
    const from = isNothing(start) ? 0 : wholeOf('$indexOfArray', 'Location40096', start);
    const to = isNothing(end) ? array.length : wholeOf('$indexOfArray', 'Location40096', end);
    if (from < 0 || to < 0) throw new MongoFault('Location40097', '$indexOfArray requires a nonnegative index');
    return array.findIndex((one, at) => at >= from && at < to && equal(one, wanted ?? null));
  }),
  $allElementsTrue: every('$allElementsTrue', 'Location17040', (array) => array.every(truthy)),
  $anyElementTrue: every('$anyElementTrue', 'Location17041', (array) => array.some(truthy)),
  $setIsSubset: several('$setIsSubset', 2, 2, (value, other) => {
    const keys = new Set(arrayOf('$setIsSubset', 'Location17042', other).map(keyOf));
    return arrayOf('$setIsSubset', 'Location17046', value).every((one) => keys.has(keyOf(one)));
  }),
  $mergeObjects: (document, operand, options) => {
    const values: unknown[] = Array.isArray(operand)
      ? operand.map((each: unknown) => evalExpr(document, each, options))
      : [evalExpr(document, operand, options)].flat();
    const merged: Doc = {};
    for (const value of values) {
      if (isNothing(value)) continue;
      if (!isDocument(value))
        throw new MongoFault(
          'Location40400',
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        );
      for (const [name, one] of Object.entries(value)) setField(merged, name, one);
    }
    return merged;
  },
};
