import type { Decimal128, Long } from 'bson';
import { split } from './decimal.ts';

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of a double, so turned that they order as numbers do; NaN is the least. */
export function doubleKey(number: number): string {
  if (Number.isNaN(number)) return '\0\0\0\0';
  scratch.setFloat64(0, number === 0 ? 0 : number);
  let high = scratch.getUint32(0);
  let low = scratch.getUint32(4);
  if (high >= 0x80000000) {
    high = ~high >>> 0;
    low = ~low >>> 0;
  } else high = (high | 0x80000000) >>> 0;
  return String.fromCharCode(high >>> 16, high & 0xffff, low >>> 16, low & 0xffff);
}

/** What follows the double where nothing is missing to it. */
export const NO_RESIDUE = '\u8000';

/** The nearest double, then what is missing to the long. */
export function longKey(value: Long): string {
  const exact = value.toBigInt();
  const double = Number(exact);
  return doubleKey(double) + String.fromCharCode(0x8000 + 2 * Number(exact - BigInt(double)));
}

/** What two longs of one nearest double are apart at most. */
const NEAR = 1024n;

/** As a long's where it is a whole number near to its double; else a key between those, with the digits of the rest. */
export function decimalKey(value: Decimal128): string {
  const { double, whole, places } = split(value);
  const near = whole >= -NEAR && whole <= NEAR;
  if (near && places === '') return doubleKey(double) + String.fromCharCode(0x8000 + 2 * Number(whole));
  if (near) return `${doubleKey(double)}${String.fromCharCode(0x8001 + 2 * Number(whole))}${places}\0`;
  const digits = String(whole < 0n ? -whole : whole);
  if (whole > 0n) return `${doubleKey(double)}\ub000${String.fromCharCode(digits.length)}${digits}${places}\0`;
  const turned = digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
  return `${doubleKey(double)}\u5000${String.fromCharCode(0xffff - digits.length)}${turned}${places}\0`;
}
