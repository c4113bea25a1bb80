import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { MongoFault } from '../errors.ts';

/** A document as it is stored and answered. Never changed once it is stored. */
export type Doc = { [field: string]: unknown };

/** https://www.mongodb.com/docs/manual/reference/bson-types/ */
export const typeNumbers = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

export type TypeName = keyof typeof typeNumbers;

const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

/** The alias of a value's BSON type; a JavaScript number has the type that the driver would give it. */
export function typeName(value: unknown): TypeName {
  switch (typeof value) {
    case 'number':
      return isInt32(value) ? 'int' : 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return 'long';
    case 'object':
      return value === null ? 'null' : objectTypeName(value);
    default:
      throw new MongoFault('BadValue', `a ${typeof value} is no BSON value`);
  }
}

function objectTypeName(value: object): TypeName {
  if (Array.isArray(value)) return 'array';
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return 'object';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Binary || value instanceof Uint8Array) return 'binData';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof BSONRegExp || value instanceof RegExp) return 'regex';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript';
  if (value instanceof DBRef)
    throw new MongoFault('NotImplemented', 'this engine does not keep DBRefs; use the fields of the reference');
  throw new MongoFault('BadValue', `${value.constructor.name} is no BSON value`);
}

/** Is it a plain document (and no array, date or other BSON value)? */
export function isDocument(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Names under which every object has something. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** A field of a document; `undefined` when it is missing (and never something of Object.prototype). */
export function field(document: Doc, name: string): unknown {
  const value = document[name];
  return !inherited.has(name) || Object.hasOwn(document, name) ? value : undefined;
}

/** Sets a field, also one named `__proto__`. */
export function setField(document: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true });
  else document[name] = value;
}

export const isNumber = (value: unknown): value is number | Long => typeof value === 'number' || value instanceof Long;

/** A number as a JavaScript number; longs over 2^53 lose what a double cannot carry. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Timestamp) return undefined;
  if (value instanceof Long) return value.toNumber();
  if (value instanceof Int32 || value instanceof Double) return value.value;
  return undefined;
}

/** Is it the number that is none, of whichever type? */
export const isNaNValue = (value: unknown): boolean =>
  value instanceof Decimal128 ? value.toString() === 'NaN' : Number.isNaN(toNumber(value));

/** @throws MongoFault NotImplemented for a Decimal128 */
export function refuseDecimal(value: unknown): void {
  if (value instanceof Decimal128)
    throw new MongoFault('NotImplemented', 'this engine compares Decimal128 but does not compute with it');
}
