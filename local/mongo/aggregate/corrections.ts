import { ObjectId } from 'bson';
import { evalExpr } from 'mingo/core';
import * as mingo from 'mingo/operators/expression';
import type { Options } from 'mingo/types';
import { type CodeName, MongoFault } from '../errors.ts';
import { isDocument, toNumber, typeName } from '../value/types.ts';
import { truthy } from './truthy.ts';

export type Operator = (document: unknown, operand: unknown, options: Options) => unknown;

const only = (operand: unknown): unknown =>
  Array.isArray(operand) && operand.length === 1 ? (operand[0] as unknown) : operand;
const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** An operator of one argument: null stays null. */
const one =
  (work: (value: unknown) => unknown, nothing: unknown = null): Operator =>
  (document, operand, options) => {
    const value = evalExpr(document, only(operand), options);
    return isNothing(value) ? nothing : work(value);
  };

const numeric = (name: string, code: CodeName, value: unknown): number => {
  const number = toNumber(value);
  if (number === undefined) throw new MongoFault(code, `${name} only supports numeric types, not ${typeName(value)}`);
  return number;
};

/** A part of a date: null for no date; mingo works out the rest. */
const datePart =
  (work: Operator): Operator =>
  (document, operand, options) => {
    const given = only(operand);
    const date = isDocument(given) && 'date' in given ? given.date : given;
    return isNothing(evalExpr(document, date, options)) ? null : work(document, operand, options);
  };

const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** Months have different lengths: the day is cut to the last one. */
const dateAdd =
  (work: Operator, sign: 1 | -1): Operator =>
  (document, operand, options) => {
    if (!isDocument(operand)) throw new MongoFault('Location5166400', '$dateAdd expects an object');
    const values = Object.fromEntries(
      ['startDate', 'unit', 'amount', 'timezone'].map((name) => [name, evalExpr(document, operand[name], options)]),
    );
    const { startDate, unit, amount, timezone } = values;
    if (isNothing(startDate) || isNothing(unit) || isNothing(amount)) return null;
    const count = months[String(unit)];
    if (count === undefined) return work(document, operand, options);
    if (timezone !== undefined && timezone !== 'UTC')
      throw new MongoFault('NotImplemented', 'this engine adds months in UTC only');
    if (!(startDate instanceof Date)) throw new MongoFault('Location5166403', 'startDate must be a date');
    const sum = new Date(startDate);
    sum.setUTCDate(1);
    sum.setUTCMonth(sum.getUTCMonth() + sign * count * numeric('amount', 'Location5166405', amount));
    const last = new Date(Date.UTC(sum.getUTCFullYear(), sum.getUTCMonth() + 1, 0)).getUTCDate();
    sum.setUTCDate(Math.min(startDate.getUTCDate(), last));
    return sum;
  };

/** Weeks begin on Sunday; days before the first Sunday are in week 0. */
function week(value: unknown): number {
  if (!(value instanceof Date))
    throw new MongoFault('NotImplemented', 'this engine takes a date under $week, without a time zone');
  const day = (value.getTime() - Date.UTC(value.getUTCFullYear(), 0, 1)) / 86_400_000;
  return Math.floor((Math.floor(day) + 7 - value.getUTCDay()) / 7);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new MongoFault('Location16007', `can't convert from BSON type ${typeName(value)} to String under ${name}`);
}

function asString(value: unknown): string {
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new MongoFault(
    'ConversionFailure',
    `Unsupported conversion from ${typeName(value)} to string in $convert with no onError value`,
  );
}

function arrayToObject(value: unknown): unknown {
  if (!Array.isArray(value))
    throw new MongoFault('Location40386', `$arrayToObject requires an array input, found: ${typeName(value)}`);
  return Object.fromEntries(
    value.map((pair: unknown): [string, unknown] => {
      const [name, one] = Array.isArray(pair) ? pair : isDocument(pair) ? [pair.k, pair.v] : [];
      if (typeof name !== 'string')
        throw new MongoFault('Location40394', '$arrayToObject requires keys that are strings');
      return [name, one];
    }),
  );
}

const positive = (name: string, code: CodeName, value: unknown): number => {
  const number = numeric(name, 'Location28765', value);
  if (number <= 0) throw new MongoFault(code, `${name}'s argument must be a positive number, but is ${number}`);
  return number;
};

/** Operators that mingo has and that differ from the manual; `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/`. */
export const corrections: { readonly [name: string]: Operator } = {
  $mod: (document, operand, options) => {
    const [a, b] = (Array.isArray(operand) ? operand : [operand]).map((each: unknown) =>
      evalExpr(document, each, options),
    );
    if (isNothing(a) || isNothing(b)) return null;
    const divisor = numeric('$mod', 'Location16611', b);
    if (divisor === 0) throw new MongoFault('Location16610', "can't $mod by zero");
    return numeric('$mod', 'Location16611', a) % divisor;
  },
  $trunc: (document, operand, options) =>
    Array.isArray(operand) && operand.length > 1
      ? (mingo.$trunc as Operator)(document, operand, options)
      : one((value) => Math.trunc(numeric('$trunc', 'Location28765', value)))(document, operand, options),
  $ln: one((value) => Math.log(positive('$ln', 'Location28766', value))),
  $log10: one((value) => Math.log10(positive('$log10', 'Location28761', value))),
  $toUpper: one((value) => text('$toUpper', value).replace(/[a-z]/g, (letter) => letter.toUpperCase()), ''),
  $toLower: one((value) => text('$toLower', value).replace(/[A-Z]/g, (letter) => letter.toLowerCase()), ''),
  $toString: one(asString),
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
  $week: one(week),
  $dateAdd: dateAdd(mingo.$dateAdd as Operator, 1),
  $dateSubtract: dateAdd(mingo.$dateSubtract as Operator, -1),
  ...Object.fromEntries(
    Object.entries<unknown>(mingo)
      .filter(([name]) =>
        /^\$(year|month|dayOf\w+|hour|minute|second|millisecond|isoWeek|isoWeekYear|isoDayOfWeek)$/.test(name),
      )
      .map(([name, work]) => [name, datePart(work as Operator)]),
  ),
};
