import { type Format, readFloat } from './binary-float.ts';
import { type CommandError, notAFloat } from './reply.ts';

const DIGITS = 17;
const LARGEST_LONG = 2 ** 62;

/** C's `%.17g`, by which Redis 7.0 writes doubles: https://redis.io/docs/latest/develop/reference/protocol-spec/#doubles */
export function formatDouble(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Number.isNaN(value)) return 'nan';
  if (Object.is(value, -0)) return '-0';
  if (Number.isSafeInteger(value)) return String(value);
  const [mantissa = '', exponent = '0'] = rounded(value).split('e');
  const power = Number(exponent);
  const digits = mantissa.replace('.', '').replace('-', '');
  const sign = value < 0 ? '-' : '';
  if (power < -4 || power >= DIGITS) {
    const shown = trimmed(`${digits.slice(0, 1)}.${digits.slice(1)}`);
    return `${sign}${shown}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (power < 0) return sign + trimmed(`0.${'0'.repeat(-power - 1)}${digits}`);
  return sign + trimmed(`${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`);
}

/** 17 digits; JavaScript rounds an exact half up, C to the even digit. */
function rounded(value: number): string {
  const exact = value.toExponential(60);
  const [mantissa = '', exponent = ''] = exact.split('e');
  const kept = mantissa.slice(0, mantissa.indexOf('.') + DIGITS);
  const tie = /^50*$/.test(mantissa.slice(kept.length)) && Number(kept.at(-1)) % 2 === 0;
  return tie ? `${kept}e${exponent}` : value.toExponential(DIGITS - 1);
}

/** Without zeros at the end of a fraction, and without its point when nothing is left of it. */
const trimmed = (text: string): string => text.replace(/\.?0*$/, '');

/** A whole number with all its digits, where C's `long long` holds it with room to spare; undefined for every other. */
export const formatLong = (value: number): string | undefined =>
  Number.isInteger(value) && Math.abs(value) <= LARGEST_LONG ? String(BigInt(value)) : undefined;

const INFINITE = /^[+-]?inf(inity)?$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DOUBLE: Format = { bits: 53, least: -1074, limit: 1024 };

/** What C's strtod makes of a whole text, hexadecimal forms too; undefined when it is no number. */
function parseDouble(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  if (INFINITE.test(text)) return sign * Number.POSITIVE_INFINITY;
  if (DECIMAL.test(text)) return Number(text);
  const found = readFloat(text, DOUBLE);
  if (found === 'large') return sign * Number.POSITIVE_INFINITY;
  if (found === 'small' || found?.mantissa === 0n) return sign * 0;
  return found && Number(found.mantissa) * 2 ** found.exponent;
}

/** @throws CommandError when the text is no double, or one that is too large or too small; `inf` and `-inf` are */
export function float(text: string, fault: () => CommandError = notAFloat): number {
  const value = parseDouble(text);
  if (value === undefined) throw fault();
  const tooLarge = !Number.isFinite(value) && !INFINITE.test(text);
  if (tooLarge || (value === 0 && readFloat(text, DOUBLE) === 'small')) throw fault();
  return value;
}

/** A bound of a range of scores, read less strictly than a score: nothing is 0, and what is too large is infinite. */
export function looseFloat(text: string, fault: () => CommandError): number {
  const trimmedStart = text.replace(/^[ \t\n\v\f\r]+/, '');
  if (text === '') return 0;
  const value = parseDouble(trimmedStart);
  if (value === undefined) throw fault();
  return value;
}
