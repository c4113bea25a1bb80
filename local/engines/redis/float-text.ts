import { type CommandError, notAFloat } from './reply.ts';

const DIGITS = 17;

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

const trimmed = (text: string): string => text.replace(/\.?0+$/, '');

const INFINITE = /^([+-]?)inf(inity)?$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;

/** What C's strtod makes of a whole text, hexadecimal forms too; undefined when it is no number. */
function parseDouble(text: string): number | undefined {
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (DECIMAL.test(text)) return Number(text);
  const [matched, sign, whole = '', fraction = '', power = '0'] = HEXADECIMAL.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const value = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** @throws CommandError when the text is no double, or one that is too large or too small; `inf` and `-inf` are */
export function float(text: string, fault: () => CommandError = notAFloat): number {
  const value = parseDouble(text);
  if (value === undefined) throw fault();
  const outside = !Number.isFinite(value)
    ? !INFINITE.test(text)
    : value === 0 && /[1-9]/.test(text.replace(/e.*/i, ''));
  if (outside) throw fault();
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
