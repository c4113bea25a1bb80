import { evalExpr } from 'mingo/core';
import * as mingo from 'mingo/operators/expression';
import { MongoFault } from '../errors.ts';
import { isDocument, typeName } from '../value/types.ts';
import { isNothing, numeric, type Operator, one, only } from './operands.ts';
import { truthy } from './truthy.ts';

function arrayToObject(value: unknown): unknown {
  if (!Array.isArray(value))
    throw new MongoFault('Location40386', `$arrayToObject requires an array input, found: ${typeName(value)}`);
  return Object.fromEntries(
    value.map((pair: unknown): [string, unknown] => {
      const isPair = Array.isArray(pair) && pair.length === 2;
      const isNamed = isDocument(pair) && 'k' in pair && 'v' in pair && Object.keys(pair).length === 2;
      if (Array.isArray(pair) && !isPair)
        throw new MongoFault('Location40397', '$arrayToObject requires an array of size 2 arrays');
      if (isDocument(pair) && !isNamed)
        throw new MongoFault('Location40392', "$arrayToObject requires objects with the fields 'k' and 'v' alone");
      const [name, one]: unknown[] = isPair ? pair : isNamed ? [pair.k, pair.v] : [];
      if (typeof name !== 'string')
        throw new MongoFault('Location40394', '$arrayToObject requires keys that are strings');
      return [name, one];
    }),
  );
}

/** Operators that mingo has and that differ from the manual; `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/`. */
export const corrections: { readonly [name: string]: Operator } = {
  $concatArrays: (document, operand, options) => {
    const arrays = (Array.isArray(operand) ? operand : [operand]).map((each: unknown) =>
      evalExpr(document, each, options),
    );
    const wrong = arrays.find((one: unknown) => !isNothing(one) && !Array.isArray(one));
    if (wrong !== undefined)
      throw new MongoFault('Location28664', `$concatArrays only supports arrays, not ${typeName(wrong)}`);
    return arrays.some(isNothing) ? null : arrays.flat();
  },
  $mod: (document, operand, options) => {
    const [a, b] = (Array.isArray(operand) ? operand : [operand]).map((each: unknown) =>
      evalExpr(document, each, options),
    );
    if (isNothing(a) || isNothing(b)) return null;
    const divisor = numeric('$mod', 'Location16611', b);
    if (divisor === 0) throw new MongoFault('Location16610', "can't $mod by zero");
    return numeric('$mod', 'Location16611', a) % divisor;
  },
  $size: (document, operand, options) => {
    const value = evalExpr(document, only(operand), options);
    if (Array.isArray(value)) return value.length;
    throw new MongoFault(
      'Location17124',
      `The argument to $size must be an array, but was of type: ${value === undefined ? 'missing' : typeName(value)}`,
    );
  },
  $slice: (document, operand, options) =>
    Array.isArray(operand) && operand.some((each: unknown) => isNothing(evalExpr(document, each, options)))
      ? null
      : (mingo.$slice as Operator)(document, operand, options),
  $arrayToObject: one(arrayToObject),
  $switch: (document, operand, options) => {
    const { branches, ...rest } = isDocument(operand) ? operand : {};
    if (!Array.isArray(branches)) throw new MongoFault('Location40061', '$switch needs branches');
    for (const branch of branches as unknown[])
      if (isDocument(branch) && truthy(evalExpr(document, branch.case, options)))
        return evalExpr(document, branch.then, options);
    if ('default' in rest) return evalExpr(document, rest.default, options);
    throw new MongoFault(
      'Location40066',
      '$switch could not find a matching branch for an input, and no default was specified.',
    );
  },
  $cond: (document, operand, options) => {
    const [test, yes, no]: unknown[] = Array.isArray(operand)
      ? operand
      : isDocument(operand)
        ? [operand.if, operand.then, operand.else]
        : [];
    return evalExpr(document, truthy(evalExpr(document, test, options)) ? yes : no, options);
  },
};
