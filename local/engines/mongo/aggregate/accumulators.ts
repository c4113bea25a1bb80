import { MongoFault } from '../errors.ts';
import type { Evaluate, QueryScope } from '../query/scope.ts';
import { calculate } from '../update/arithmetic.ts';
import { compare, keyOf } from '../value/key.ts';
import { type Doc, isDocument, isNumber, refuseDecimal, toNumber } from '../value/types.ts';
import type { Accumulator } from './accumulator.ts';
import { deviationOf } from './numbers.ts';
import { chosen, ranked } from './ranked.ts';

/**
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/#std-label-accumulators-group
 * @throws MongoFault Location15952 for an accumulator that is not known
 */
export function compileAccumulator(path: string, operand: unknown, scope: QueryScope): () => Accumulator {
  if (!isDocument(operand)) throw new MongoFault('Location40234', `The field '${path}' must be an accumulator object`);
  const names = Object.keys(operand);
  const [name] = names;
  if (name === undefined || names.length !== 1)
    throw new MongoFault('Location40238', `The field '${path}' must specify one accumulator`);
  scope.record('accumulator', name);
  const argument = operand[name];
  if (name === '$count') {
    if (!isDocument(argument) || Object.keys(argument).length > 0)
      throw new MongoFault('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
    return () => summing(() => 1);
  }
  if (name === '$top' || name === '$bottom' || name === '$topN' || name === '$bottomN')
    return ranked(name, argument, scope);
  if (name === '$firstN' || name === '$lastN' || name === '$maxN' || name === '$minN')
    return chosen(name, argument, scope);
  const make = kinds[name];
  if (!make) throw new MongoFault('Location15952', `unknown group operator '${name}'`);
  const evaluate = scope.expression(argument);
  return () => make(evaluate);
}

const kinds: Readonly<{ [name: string]: (evaluate: Evaluate) => Accumulator }> = {
  $sum: (evaluate) => summing(evaluate),
  $avg: (evaluate) => {
    const total = summing(evaluate);
    let count = 0;
    return {
      add(document) {
        const value = evaluate(document);
        refuseDecimal(value);
        if (!isNumber(value)) return;
        count += 1;
        total.add(document);
      },
      result: () => (count === 0 ? null : (toNumber(total.result()) ?? 0) / count),
    };
  },
  $min: (evaluate) => extreme(evaluate, -1),
  $max: (evaluate) => extreme(evaluate, 1),
  $stdDevPop: (evaluate) => deviation(evaluate, false),
  $stdDevSamp: (evaluate) => deviation(evaluate, true),
  $first: (evaluate) => {
    let first: { value: unknown } | undefined;
    return {
      add(document) {
        first ??= { value: evaluate(document) ?? null };
      },
      result: () => first?.value ?? null,
    };
  },
  $last: (evaluate) => {
    let last: unknown = null;
    return {
      add(document) {
        last = evaluate(document) ?? null;
      },
      result: () => last,
    };
  },
  $push: (evaluate) => {
    const values: unknown[] = [];
    return {
      add(document) {
        const value = evaluate(document);
        if (value !== undefined) values.push(value);
      },
      result: () => values,
    };
  },
  $addToSet: (evaluate) => {
    const values = new Map<string, unknown>();
    return {
      add(document) {
        const value = evaluate(document);
        if (value !== undefined) values.set(keyOf(value), value);
      },
      result: () => [...values.values()],
    };
  },
  $mergeObjects: (evaluate) => {
    let merged: Doc = {};
    return {
      add(document) {
        const value = evaluate(document) ?? null;
        if (value === null) return;
        if (!isDocument(value)) throw new MongoFault('Location40400', '$mergeObjects requires object inputs');
        merged = { ...merged, ...value };
      },
      result: () => merged,
    };
  },
};

function deviation(evaluate: Evaluate, sample: boolean): Accumulator {
  const numbers: number[] = [];
  return {
    add(document) {
      const value = evaluate(document);
      refuseDecimal(value);
      const number = toNumber(value);
      if (number !== undefined) numbers.push(number);
    },
    result: () => deviationOf(numbers, sample),
  };
}

function summing(evaluate: Evaluate): Accumulator {
  let sum: unknown = 0;
  return {
    add(document) {
      const value = evaluate(document);
      refuseDecimal(value);
      if (!isNumber(value)) return;
      sum =
        typeof sum === 'number' && typeof value === 'number' && plain(sum + value)
          ? sum + value
          : calculate('$inc', sum, value);
    },
    result: () => sum,
  };
}

/** A sum that needs no care about types. */
const plain = (sum: number): boolean => !Number.isInteger(sum) || Math.abs(sum) < 2_147_483_648;

function extreme(evaluate: Evaluate, sign: 1 | -1): Accumulator {
  let best: unknown = null;
  return {
    add(document) {
      const value = evaluate(document) ?? null;
      if (value !== null && (best === null || sign * compare(value, best) > 0)) best = value;
    },
    result: () => best,
  };
}
