import { Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { type Doc, isDocument, toNumber, typeName } from '../value/types.ts';
import type { CommandContext } from './context.ts';

/** Readers of a command's fields, with the server's errors for what is of a wrong type. */
const wrongType = (where: string, value: unknown, expected: string): MongoFault =>
  new MongoFault(
    'TypeMismatch',
    `BSON field '${where}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
  );

export function documentIn(source: Doc, name: string, where: string): Doc | undefined {
  const value = source[name];
  if (value === undefined) return undefined;
  if (!isDocument(value)) throw wrongType(`${where}.${name}`, value, 'object');
  return value;
}

export function documentsIn(source: Doc, name: string, where: string): Doc[] {
  const value = source[name];
  if (value === undefined)
    throw new MongoFault('Location40414', `BSON field '${where}.${name}' is missing but a required field`);
  if (!Array.isArray(value)) throw wrongType(`${where}.${name}`, value, 'array');
  for (const one of value as unknown[]) if (!isDocument(one)) throw wrongType(`${where}.${name}.0`, one, 'object');
  return value as Doc[];
}

export function flagIn(source: Doc, name: string, where: string): boolean | undefined {
  const value = source[name];
  if (value === undefined || typeof value === 'boolean') return value;
  const number = toNumber(value);
  if (number !== undefined) return number !== 0;
  throw wrongType(`${where}.${name}`, value, 'bool');
}

/** A whole number that is not negative. */
export function countIn(source: Doc, name: string, where: string): number | undefined {
  const value = source[name];
  if (value === undefined) return undefined;
  const number = toNumber(value);
  if (number === undefined) throw wrongType(`${where}.${name}`, value, 'long');
  if (!Number.isInteger(number)) throw new MongoFault('BadValue', `${name} must be a whole number`);
  if (number < 0)
    throw new MongoFault('Location51024', `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return number;
}

export function stringIn(source: Doc, name: string, where: string): string | undefined {
  const value = source[name];
  if (value !== undefined && typeof value !== 'string') throw wrongType(`${where}.${name}`, value, 'string');
  return value;
}

export function longIn(source: Doc, name: string, where: string): Long {
  const value = source[name];
  if (value instanceof Long) return value;
  const number = toNumber(value);
  if (number === undefined) throw wrongType(`${where}.${name}`, value, 'long');
  return Long.fromNumber(number);
}

/** The collection that a command names. @throws MongoFault InvalidNamespace */
export function collectionName(context: CommandContext, value: unknown = context.command[context.name]): string {
  if (typeof value !== 'string')
    throw new MongoFault('BadValue', `collection name has invalid type ${typeName(value)}`);
  if (value === '' || value.includes('\0'))
    throw new MongoFault('InvalidNamespace', `Invalid namespace specified '${context.database}.${value}'`);
  return value;
}

/** @throws MongoFault IDLUnknownField */
export function onlyKnown(source: Doc, known: ReadonlySet<string>, where: string): void {
  for (const name of Object.keys(source))
    if (!known.has(name)) throw new MongoFault('IDLUnknownField', `BSON field '${where}.${name}' is an unknown field.`);
}

/** Only the simple collation, which compares bytes, is there. @throws MongoFault NotImplemented */
export function refuseCollation(source: Doc): void {
  const collation = source.collation;
  if (collation === undefined) return;
  if (isDocument(collation) && collation.locale === 'simple') return;
  throw new MongoFault('NotImplemented', 'this engine has no collation but { locale: "simple" }');
}
