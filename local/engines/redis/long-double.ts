import { absolute, type BinaryFloat, divide, type Format, fits, nearest, readFloat } from './binary-float.ts';
import { CommandError, notAFloat } from './reply.ts';

/**
 * The floats of INCRBYFLOAT: x86's long double, 64 bits of mantissa, written with 17 decimals at most.
 * https://redis.io/docs/latest/commands/incrbyfloat/
 */
const LONG_DOUBLE: Format = { bits: 64, least: -16_445, limit: 16_384 };
const DECIMALS = 17;
/** MAX_LONG_DOUBLE_CHARS, with the zero byte that ends the text. */
const LONGEST = 5 * 1024 - 1;
const INFINITE = /^[+-]?inf(inity)?$/i;

/** @throws CommandError when the text is no number, or one that is too large or too small */
function parse(text: string, fault: () => CommandError): BinaryFloat | 'infinite' {
  if (text.length > LONGEST) throw fault();
  if (INFINITE.test(text)) return 'infinite';
  const found = readFloat(text, LONG_DOUBLE);
  if (found === undefined || found === 'large' || found === 'small') throw fault();
  return found;
}

/** @throws CommandError when the text is no float, or an infinite one */
export function checkFinite(text: string): void {
  if (parse(text, notAFloat) === 'infinite') throw new CommandError('ERR value is NaN or Infinity');
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
  if (left === 'infinite' || right === 'infinite') throw infinite();
  const exponent = Math.min(left.exponent, right.exponent);
  const aligned = (one: BinaryFloat) => one.mantissa << BigInt(one.exponent - exponent);
  const exact = aligned(left) + aligned(right);
  const [dividend, divisor] = exponent >= 0 ? [exact << BigInt(exponent), 1n] : [exact, 1n << BigInt(-exponent)];
  const sum = nearest(dividend, divisor, LONG_DOUBLE);
  if (!fits(sum, LONG_DOUBLE)) throw infinite();
  return format(sum);
}

function format({ mantissa, exponent }: BinaryFloat): string {
  const scaled = mantissa * 10n ** BigInt(DECIMALS);
  const units = exponent >= 0 ? scaled << BigInt(exponent) : divide(scaled, 1n << BigInt(-exponent));
  const text = String(absolute(units)).padStart(DECIMALS + 1, '0');
  const plain = `${text.slice(0, -DECIMALS)}.${text.slice(-DECIMALS)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${plain}` : plain;
}
