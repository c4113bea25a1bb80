import { MongoFault } from '../errors.ts';

type Bounds = readonly [least: number, most: number];

const bounded = ([least, most]: Bounds, names: readonly string[]): [string, Bounds][] =>
  names.map((name) => [name, [least, most]]);

const operandsOf: ReadonlyMap<string, Bounds> = new Map([
  ...bounded(
    [1, 1],
    [
      ...['$abs', '$ceil', '$floor', '$exp', '$ln', '$log10', '$sqrt', '$not', '$size', '$reverseArray', '$isArray'],
      ...[
        '$isNumber',
        '$type',
        '$strLenCP',
        '$strLenBytes',
        '$toUpper',
        '$toLower',
        '$objectToArray',
        '$arrayToObject',
      ],
      ...['$allElementsTrue', '$anyElementTrue', '$bitNot', '$first', '$last'],
    ],
  ),
  ...bounded(
    [2, 2],
    [
      ...[
        '$divide',
        '$mod',
        '$subtract',
        '$log',
        '$pow',
        '$arrayElemAt',
        '$split',
        '$strcasecmp',
        '$in',
        '$cmp',
        '$eq',
      ],
      ...['$ne', '$gt', '$gte', '$lt', '$lte', '$setDifference', '$setIsSubset'],
    ],
  ),
  ...bounded([3, 3], ['$substr', '$substrBytes', '$substrCP']),
  ...bounded([1, 2], ['$round', '$trunc']),
  ...bounded([2, 3], ['$slice', '$range']),
  ...bounded([2, 4], ['$indexOfArray', '$indexOfCP', '$indexOfBytes']),
]);

/**
 * How many operands an expression takes is known before it is run; what is no array is one.
 * @throws MongoFault Location16020, or Location28667 where several numbers would do
 */
export function checkArity(operator: string, operand: unknown): void {
  const bounds = operandsOf.get(operator);
  if (!bounds) return;
  const given = Array.isArray(operand) ? operand.length : 1;
  const [least, most] = bounds;
  if (given >= least && given <= most) return;
  if (least === most)
    throw new MongoFault(
      'Location16020',
      `Expression ${operator} takes exactly ${least} arguments. ${given} were passed in.`,
    );
  throw new MongoFault(
    'Location28667',
    `Expression ${operator} takes at least ${least} arguments, and at most ${most}, but ${given} were passed in.`,
  );
}
