import { MongoFault } from '../errors.ts';
import { type TypeName, toNumber, typeName, typeNumbers } from '../value/types.ts';

const byNumber = new Map<number, TypeName>(
  Object.entries(typeNumbers).map(([name, number]) => [number, name as TypeName]),
);
const numbers: readonly TypeName[] = ['int', 'long', 'double', 'decimal'];

/** The types that `$type` and `bsonType` name. @throws MongoFault BadValue */
export function typesOf(operand: unknown, where: string): Set<TypeName> {
  const named = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (named.length === 0) throw new MongoFault('FailedToParse', `${where} must match at least one type`);
  return new Set(named.flatMap((name) => typesNamed(name, where)));
}

function typesNamed(name: unknown, where: string): readonly TypeName[] {
  if (name === 'number') return numbers;
  if (typeof name === 'string' && Object.hasOwn(typeNumbers, name)) return [name as TypeName];
  const number = toNumber(name);
  const found = number === undefined ? undefined : byNumber.get(number);
  if (found) return [found];
  throw new MongoFault(
    typeof name === 'string' || number !== undefined ? 'BadValue' : 'TypeMismatch',
    typeof name === 'string'
      ? `Unknown type name alias: ${name}`
      : `Invalid numerical type code in ${where}: ${String(name)}`,
  );
}

/** https://www.mongodb.com/docs/manual/reference/operator/query/type/ */
export function typeTest(operand: unknown): (value: unknown) => boolean {
  const types = typesOf(operand, '$type');
  return (value) => value !== undefined && types.has(typeName(value));
}
