import { Decimal128, Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { isNumber, toNumber, typeName } from '../value/types.ts';

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/**
 * Adds or multiplies as the server does: whole numbers stay whole and grow from int to long, a double makes a double.
 * https://www.mongodb.com/docs/manual/reference/operator/update/inc/
 * @throws MongoFault BadValue when a long overflows
 */
export function calculate(operation: '$inc' | '$mul', one: unknown, other: unknown): unknown {
  if (one instanceof Decimal128 || other instanceof Decimal128)
    throw new MongoFault('NotImplemented', 'this engine does not compute with Decimal128');
  const types = [typeName(one), typeName(other)];
  if (types.includes('double')) {
    const a = toNumber(one) ?? Number.NaN;
    const b = toNumber(other) ?? Number.NaN;
    return operation === '$inc' ? a + b : a * b;
  }
  const a = BigInt(whole(one));
  const b = BigInt(whole(other));
  const result = operation === '$inc' ? a + b : a * b;
  if (result < least || result > most)
    throw new MongoFault(
      'BadValue',
      `Failed to apply ${operation} operations to current value: the result is no 64-bit integer`,
    );
  const small = BigInt.asIntN(32, result) === result;
  return small && !types.includes('long') ? Number(result) : Long.fromBigInt(result);
}

const whole = (value: unknown): bigint | number => (value instanceof Long ? value.toBigInt() : (toNumber(value) ?? 0));

/** @throws MongoFault TypeMismatch */
export function requireNumber(value: unknown, message: () => string): void {
  if (!isNumber(value) && !(value instanceof Decimal128)) throw new MongoFault('TypeMismatch', message());
}

/** https://www.mongodb.com/docs/manual/reference/operator/update/bit/ */
export function bitwise(name: string, one: unknown, other: unknown): unknown {
  const a = BigInt(whole(one));
  const b = BigInt(whole(other));
  const result = name === 'and' ? a & b : name === 'or' ? a | b : a ^ b;
  return typeName(one) === 'long' || typeName(other) === 'long' ? Long.fromBigInt(result) : Number(result);
}
