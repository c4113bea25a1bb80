import { CommandError, notAFloat } from './reply.ts';

/**
 * The floats of INCRBYFLOAT: x86's long double, 64 bits of mantissa, written with 17 decimals at most.
 * https://redis.io/docs/latest/commands/incrbyfloat/
 */
interface LongDouble {
  /** Below 2^64. The value is mantissa x 2^exponent. */
  mantissa: bigint;
  exponent: number;
}

const BITS = 64;
const DECIMALS = 17;
const LARGEST_POWER_OF_TEN = 4932;
const LONGEST = 5 * 1024;

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** The quotient, an exact half to the even side. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = 2n * absolute(dividend % divisor);
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return away ? quotient + (dividend < 0n ? -1n : 1n) : quotient;
}

const bitsOf = (value: bigint): number => (value === 0n ? 0 : absolute(value).toString(2).length);

/** dividend / divisor in 64 bits. */
function nearest(dividend: bigint, divisor: bigint): LongDouble {
  const shift = BITS - (bitsOf(dividend) - bitsOf(divisor));
  const exact = (by: number) =>
    by >= 0 ? divide(dividend << BigInt(by), divisor) : divide(dividend, divisor << BigInt(-by));
  const mantissa = exact(shift);
  // The first guess may be one bit too long; rounding twice would not be rounding once.
  return bitsOf(mantissa) <= BITS
    ? { mantissa, exponent: -shift }
    : { mantissa: exact(shift - 1), exponent: 1 - shift };
}

const INFINITE = /^[+-]?inf(inity)?$/i;
const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;

/** @throws CommandError when the text is no number */
function parse(text: string, fault: () => CommandError): LongDouble {
  if (INFINITE.test(text)) throw infinite();
  const hexadecimal = HEXADECIMAL.test(text);
  const match = (hexadecimal ? HEXADECIMAL : DECIMAL).exec(text);
  const [, sign, whole = '', fraction = '', power = '0'] = match ?? [];
  if (whole + fraction === '' || text.length > LONGEST) throw fault();
  if (Math.abs(Number(power) + whole.length) > LARGEST_POWER_OF_TEN) throw fault();
  const digits = BigInt((hexadecimal ? '0x' : '') + whole + fraction) * (sign === '-' ? -1n : 1n);
  if (digits === 0n) return { mantissa: 0n, exponent: 0 };
  const scale = Number(power) - fraction.length * (hexadecimal ? 4 : 1);
  const factor = (hexadecimal ? 2n : 10n) ** BigInt(Math.abs(scale));
  return scale >= 0 ? nearest(digits * factor, 1n) : nearest(digits, factor);
}

/** @throws CommandError when the text is no float, or an infinite one */
export function checkFinite(text: string): void {
  if (INFINITE.test(text)) throw new CommandError('ERR value is NaN or Infinity');
  parse(text, notAFloat);
}

const infinite = () => new CommandError('ERR increment would produce NaN or Infinity');

/**
 * The sum of two texts as the server stores it.
 * @param stored what the key holds
 * @param by the increment
 * @throws CommandError when one of them is no float, or the sum is infinite
 */
export function addFloats(stored: string, by: string, fault: () => CommandError = notAFloat): string {
  const [left, right] = [parse(stored, fault), parse(by, notAFloat)];
  const exponent = Math.min(left.exponent, right.exponent);
  const aligned = (one: LongDouble) => one.mantissa << BigInt(one.exponent - exponent);
  const sum = aligned(left) + aligned(right);
  if (bitsOf(sum) + exponent > 16_384) throw infinite();
  return format(exponent >= 0 ? nearest(sum << BigInt(exponent), 1n) : nearest(sum, 1n << BigInt(-exponent)));
}

function format({ mantissa, exponent }: LongDouble): string {
  const scaled = mantissa * 10n ** BigInt(DECIMALS);
  const units = exponent >= 0 ? scaled << BigInt(exponent) : divide(scaled, 1n << BigInt(-exponent));
  const text = String(absolute(units)).padStart(DECIMALS + 1, '0');
  const plain = `${text.slice(0, -DECIMALS)}.${text.slice(-DECIMALS)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${plain}` : plain;
}
