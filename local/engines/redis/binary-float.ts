/** What a kind of floating-point number can hold. */
export interface Format {
  /** Of the mantissa. */
  bits: number;
  /** The exponent of the last bit of the smallest numbers. */
  least: number;
  /** Every number is below two to this. */
  limit: number;
}

/** mantissa x 2^exponent. */
export interface BinaryFloat {
  mantissa: bigint;
  exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;
/** The bits of a decimal digit, rounded down and up. */
const FEWEST_BITS = 3.3;
const MOST_BITS = 3.4;

/**
 * What C's strtod makes of a whole text that is a decimal or a hexadecimal number.
 * @returns the nearest number of the format, `large` or `small` when there is none but infinity or 0, undefined when it is no number
 */
export function readFloat(text: string, format: Format): BinaryFloat | 'large' | 'small' | undefined {
  const hexadecimal = HEXADECIMAL.exec(text);
  const [, sign, whole = '', fraction = '', power = '0'] = hexadecimal ?? DECIMAL.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { mantissa: 0n, exponent: 0 };
  const scale = Number(power) - fraction.length * (hexadecimal ? 4 : 1);
  // What is far outside would take for ever to compute.
  const [fewest, most] = hexadecimal ? [1, 1] : [FEWEST_BITS, MOST_BITS];
  const length = digits.length * (hexadecimal ? 4 : 1);
  const magnitude = scale + length;
  if (magnitude * fewest > 2 * format.limit) return 'large';
  if (magnitude * most < 2 * format.least) return 'small';
  const value = BigInt((hexadecimal ? '0x' : '') + digits) * (sign === '-' ? -1n : 1n);
  const factor = (hexadecimal ? 2n : 10n) ** BigInt(Math.abs(scale));
  const found = scale >= 0 ? nearest(value * factor, 1n, format) : nearest(value, factor, format);
  if (found.mantissa === 0n) return 'small';
  return fits(found, format) ? found : 'large';
}

/** Whether it is not infinite there. */
export const fits = ({ mantissa, exponent }: BinaryFloat, { limit }: Format): boolean =>
  bitsOf(mantissa) + exponent <= limit;

/** dividend / divisor, rounded once. */
export function nearest(dividend: bigint, divisor: bigint, { bits, least }: Format): BinaryFloat {
  const shift = Math.min(bits - (bitsOf(dividend) - bitsOf(divisor)), -least);
  const exact = (by: number) =>
    by >= 0 ? divide(dividend << BigInt(by), divisor) : divide(dividend, divisor << BigInt(-by));
  const mantissa = exact(shift);
  // The first guess may be one bit too long; rounding twice would not be rounding once.
  return bitsOf(mantissa) <= bits
    ? { mantissa, exponent: -shift }
    : { mantissa: exact(shift - 1), exponent: 1 - shift };
}

/** The quotient, an exact half to the even side. */
export function divide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = 2n * absolute(dividend % divisor);
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return away ? quotient + (dividend < 0n ? -1n : 1n) : quotient;
}

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

const bitsOf = (value: bigint): number => (value === 0n ? 0 : absolute(value).toString(2).length);
