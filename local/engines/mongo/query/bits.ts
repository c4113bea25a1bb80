import { Binary, Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { refuseDecimal, toNumber } from '../value/types.ts';

type BitOperator = '$bitsAllSet' | '$bitsAnySet' | '$bitsAllClear' | '$bitsAnyClear';

/** https://www.mongodb.com/docs/manual/reference/operator/query-bitwise/ */
export function bitTest(name: BitOperator, operand: unknown): (value: unknown) => boolean {
  const mask = maskOf(name, operand);
  return (value) => {
    const bits = bitsOf(value);
    if (bits === undefined) return false;
    const set = bits & mask;
    if (name === '$bitsAllSet') return set === mask;
    if (name === '$bitsAnySet') return set !== 0n;
    return name === '$bitsAllClear' ? set === 0n : set !== mask;
  };
}

function maskOf(name: string, operand: unknown): bigint {
  if (Array.isArray(operand)) {
    return operand.map(toNumber).reduce((mask: bigint, position) => {
      if (position === undefined || !Number.isInteger(position) || position < 0)
        throw new MongoFault('BadValue', `Failed to parse bit position. Expected a non-negative number in: ${name}`);
      return mask | (1n << BigInt(position));
    }, 0n);
  }
  const bits = bitsOf(operand);
  if (bits === undefined || (bits < 0n && !(operand instanceof Binary)))
    throw new MongoFault('FailedToParse', `${name} takes an Array, a non-negative number, or a BinData`);
  return bits;
}

/** Sign-extended, as MongoDB sees a number; little-endian bytes of binary data. */
function bitsOf(value: unknown): bigint | undefined {
  if (value instanceof Binary)
    return value.value().reduceRight((bits: bigint, byte: number) => (bits << 8n) | BigInt(byte), 0n);
  if (value instanceof Long) return value.toBigInt();
  refuseDecimal(value);
  const number = toNumber(value);
  return number !== undefined && Number.isSafeInteger(number) ? BigInt(number) : undefined;
}
