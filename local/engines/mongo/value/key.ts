import { Binary, BSONRegExp, type Code, type Decimal128, Long, ObjectId, type Timestamp } from 'bson';
import { MongoFault } from '../errors.ts';
import { decimalKey, doubleKey, longKey, NO_RESIDUE } from './number-key.ts';
import { type Doc, type TypeName, toNumber, typeName } from './types.ts';

/**
 * A BSON value as a string whose order under `<` is BSON's comparison order, and whose equality is BSON's equality
 * (numbers of different types included). No key is the beginning of another value's key.
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export function keyOf(value: unknown): string {
  if (typeof value === 'string') return `${TAG.string}${stringKey(value)}`;
  if (typeof value === 'number') return `${TAG.number}${doubleKey(value)}${NO_RESIDUE}`;
  if (value instanceof ObjectId) return `${TAG.objectId}${latin1(value.id)}`;
  const type = typeName(value);
  return tagOf(type) + payload(type, value);
}

/** A missing value (and null) in an index or a sort. */
export const nullKey = '\u0005';
/** What an index holds, and a sort sees, for an empty array: less than null. */
export const emptyArrayKey = '\u0003';
/** Greater than what can follow a key. */
export const END = '\uffff';

const TAG = {
  minKey: '\u0001',
  null: nullKey,
  number: '\u000a',
  string: '\u000f',
  object: '\u0014',
  array: '\u0019',
  binData: '\u001e',
  objectId: '\u0023',
  bool: '\u0028',
  date: '\u002d',
  timestamp: '\u002f',
  regex: '\u0032',
  javascript: '\u003c',
  javascriptWithScope: '\u0041',
  maxKey: '\u007f',
} as const;

/** The first character of a type's keys: types that compare with each other share it. */
export function tagOf(type: TypeName): string {
  switch (type) {
    case 'undefined':
      return TAG.null;
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return TAG.number;
    case 'symbol':
      return TAG.string;
    case 'dbPointer':
      throw new MongoFault('NotImplemented', 'this engine does not keep DBPointers');
    default:
      return TAG[type];
  }
}

/** The key as it sorts downwards. */
export function flipped(key: string): string {
  let flip = '';
  for (let at = 0; at < key.length; at++) flip += String.fromCharCode(0xffff - key.charCodeAt(at));
  return flip;
}

/** BSON comparison: negative, 0 or positive. */
export function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number' && !Number.isNaN(one - other)) return one - other;
  const oneKey = keyOf(one);
  const otherKey = keyOf(other);
  return oneKey < otherKey ? -1 : oneKey > otherKey ? 1 : 0;
}

/** BSON equality: numbers by value, documents with their fields in order. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === 'string' || typeof other === 'string') {
    if (typeof one === typeof other) return false;
  }
  if (typeof one === 'number' && typeof other === 'number') return Number.isNaN(one) && Number.isNaN(other);
  return keyOf(one) === keyOf(other);
}

function payload(type: TypeName, value: unknown): string {
  switch (type) {
    case 'null':
    case 'undefined':
    case 'minKey':
    case 'maxKey':
      return '';
    case 'int':
    case 'double':
      return doubleKey(toNumber(value) ?? Number.NaN) + NO_RESIDUE;
    case 'long':
      return value instanceof Long ? longKey(value) : longKey(Long.fromBigInt(value as bigint));
    case 'decimal':
      return decimalKey(value as Decimal128);
    case 'string':
    case 'symbol':
      return stringKey(String(value));
    case 'object':
      return documentKey(value as Doc);
    case 'array':
      return arrayKey(value as readonly unknown[]);
    case 'binData':
      return binaryKey(value as Binary | Uint8Array);
    case 'objectId':
      return latin1((value as ObjectId).id);
    case 'bool':
      return value ? '\u0002' : '\u0001';
    case 'date':
      return doubleKey((value as Date).getTime());
    case 'timestamp':
      return timestampKey(value as Timestamp);
    case 'regex':
      return value instanceof BSONRegExp
        ? stringKey(value.pattern) + stringKey(value.options)
        : stringKey((value as RegExp).source) + stringKey((value as RegExp).flags);
    case 'javascript':
      return stringKey((value as Code).code as string);
    case 'javascriptWithScope':
      return stringKey((value as Code).code as string) + documentKey((value as Code).scope as Doc);
    default:
      throw new MongoFault('NotImplemented', `this engine does not compare ${type}`);
  }
}

const timestampKey = (value: Timestamp): string =>
  String.fromCharCode(value.t >>> 16, value.t & 0xffff, value.i >>> 16, value.i & 0xffff);

/** MongoDB orders strings by their UTF-8 bytes, which is by code points; UTF-16 units order otherwise from #xD800 on. */
function stringKey(text: string): string {
  let key = text;
  if (text.includes('\0')) key = key.replaceAll('\0', '\0\u0001');
  if (/[\ud800-\uffff]/.test(key)) {
    key = key.replace(/[\ud800-\uffff]/g, (unit) => {
      const code = unit.charCodeAt(0);
      return String.fromCharCode(code >= 0xe000 ? code - 0x800 : code + 0x2000);
    });
  }
  return `${key}\0\0`;
}

/** The server compares field by field: type, then name, then value; a shorter document comes first. */
function documentKey(document: Doc): string {
  let key = '';
  for (const name of Object.keys(document)) {
    const value = document[name];
    const type = typeName(value);
    key += tagOf(type) + stringKey(name) + payload(type, value);
  }
  return `${key}\0`;
}

function arrayKey(array: readonly unknown[]): string {
  let key = '';
  for (const element of array) key += keyOf(element);
  return `${key}\0`;
}

function binaryKey(value: Binary | Uint8Array): string {
  const bytes = value instanceof Binary ? value.value() : value;
  const subtype = value instanceof Binary ? value.sub_type : 0;
  return String.fromCharCode(bytes.length >>> 16, bytes.length & 0xffff, subtype) + latin1(bytes);
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
