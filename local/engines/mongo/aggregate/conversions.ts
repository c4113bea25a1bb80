import { Binary, calculateObjectSize, Decimal128, Long, ObjectId } from 'bson';
import { evalExpr } from 'mingo/core';
import { MongoFault } from '../errors.ts';
import { type Doc, isDocument, type TypeName, toNumber, typeName, typeNumbers } from '../value/types.ts';
import { parseDate } from './date-format.ts';
import { isNothing, type Operator, one, only } from './operands.ts';
import { truthy } from './truthy.ts';

const failure = (value: unknown, to: string): MongoFault =>
  new MongoFault(
    'ConversionFailure',
    `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
  );

const badNumber = (text: unknown): MongoFault =>
  new MongoFault('ConversionFailure', `Failed to parse number '${String(text)}' in $convert with no onError value`);

const overflow = (): MongoFault =>
  new MongoFault('ConversionFailure', 'Conversion would overflow target type in $convert with no onError value');

/** All 64 bits of it. */
function longIn(text: string): unknown {
  if (!/^[+-]?\d+$/.test(text)) throw badNumber(text);
  const whole = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, whole) !== whole) throw overflow();
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number + 0 : Long.fromBigInt(whole);
}

function numberOf(value: unknown, to: string): number {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date && to !== 'int') return value.getTime();
  const number = toNumber(value);
  if (number !== undefined) return number;
  if (typeof value !== 'string') throw failure(value, to);
  const pattern = to === 'double' ? /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^-?(inf(inity)?|nan)$/i : /^[+-]?\d+$/;
  if (!pattern.test(value)) throw badNumber(value);
  return Number(value.replace(/inf(inity)?/i, 'Infinity').replace(/nan/i, 'NaN'));
}

function wholeNumber(value: unknown, to: 'int' | 'long'): unknown {
  if (to === 'long' && value instanceof Long) return value;
  if (to === 'long' && typeof value === 'string') return longIn(value);
  const whole = Math.trunc(numberOf(value, to));
  const most = to === 'int' ? 2 ** 31 : 2 ** 63;
  if (!(whole >= -most && whole < most)) throw overflow();
  if (to === 'int') return whole + 0;
  return Number.isSafeInteger(whole) ? whole + 0 : Long.fromNumber(whole);
}

function text(value: unknown): string {
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID) return value.toUUID().toString();
  if (value instanceof Long) return value.toString();
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  const number = toNumber(value);
  if (number === undefined) throw failure(value, 'string');
  return Number.isFinite(number) ? String(number) : String(number).replace('Infinity', 'inf');
}

function date(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (typeof value === 'string') return parseDate(value, undefined, undefined);
  const number =
    typeof value === 'boolean' || (typeName(value) === 'int' && !Number.isInteger(value)) ? undefined : toNumber(value);
  if (number === undefined) throw failure(value, 'date');
  return new Date(Math.trunc(number));
}

function objectId(value: unknown): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value !== 'string') throw failure(value, 'objectId');
  if (/^[0-9a-fA-F]{24}$/.test(value)) return new ObjectId(value);
  throw new MongoFault('ConversionFailure', `Failed to parse objectId '${value}' in $convert with no onError value`);
}

const numberTypes: ReadonlySet<TypeName> = new Set(['int', 'long', 'double', 'decimal']);

const conversions: Readonly<Partial<Record<TypeName, (value: unknown) => unknown>>> = {
  double: (value) => numberOf(value, 'double'),
  string: text,
  objectId,
  bool: (value) =>
    value instanceof Decimal128
      ? truthy(value)
      : toNumber(value) === undefined && typeof value !== 'boolean'
        ? true
        : truthy(value),
  date,
  int: (value) => wholeNumber(value, 'int'),
  long: (value) => wholeNumber(value, 'long'),
};

function converterTo(type: unknown): (value: unknown) => unknown {
  const number = toNumber(type);
  const name = number === undefined ? String(type) : Object.entries(typeNumbers).find(([, one]) => one === number)?.[0];
  const known = name !== undefined && name in typeNumbers;
  if (!known) throw new MongoFault('BadValue', `Unknown type name: ${String(type)}`);
  const convert = conversions[name as TypeName];
  if (!convert) throw new MongoFault('NotImplemented', `this engine does not convert to ${name}`);
  return convert;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/convert/ */
const $convert: Operator = (document, operand, options) => {
  if (!isDocument(operand)) throw new MongoFault('FailedToParse', '$convert expects an object of named arguments');
  const { input, to, onError, onNull, ...unknown } = operand;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) throw new MongoFault('FailedToParse', `$convert found an unknown argument: ${extra}`);
  const value = evalExpr(document, input, options);
  if (isNothing(value)) return 'onNull' in operand ? evalExpr(document, onNull, options) : null;
  const type = evalExpr(document, isDocument(to) && 'type' in to ? to.type : to, options);
  if (isNothing(type)) return null;
  const convert = converterTo(type);
  try {
    return convert(value);
  } catch (cause) {
    if ('onError' in operand && cause instanceof MongoFault && cause.codeName === 'ConversionFailure')
      return evalExpr(document, onError, options);
    throw cause;
  }
};

const to = (type: TypeName): Operator => {
  const convert = converterTo(type);
  return one(convert);
};

export const conversionOperators: { readonly [name: string]: Operator } = {
  $convert,
  $toBool: to('bool'),
  $toDate: to('date'),
  $toDouble: to('double'),
  $toInt: to('int'),
  $toLong: to('long'),
  $toObjectId: to('objectId'),
  $toString: to('string'),
  $isNumber: (document, operand, options) =>
    numberTypes.has(typeName(evalExpr(document, only(operand), options) ?? null)),
  $bsonSize: one((value) => {
    if (isDocument(value)) return calculateObjectSize(value as Doc);
    throw new MongoFault('Location31393', `$bsonSize requires a document input, found: ${typeName(value)}`);
  }),
};
