import { CommandError } from './reply.ts';

/** Redis adds floats in long double and writes 17 decimals at most: https://redis.io/docs/latest/commands/incrbyfloat/ */
const DECIMALS = 17;

interface Decimal {
  digits: bigint;
  /** The value is digits / 10^scale. */
  scale: number;
}

function parse(text: string): Decimal {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  if (!match) throw new CommandError('ERR increment would produce NaN or Infinity');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > 5000) throw new CommandError('ERR increment would produce NaN or Infinity');
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

/** @returns the exact sum, rounded to 17 decimals, without an exponent and without trailing zeros */
export function addDecimals(left: string, right: string): string {
  const [a, b] = [parse(left), parse(right)];
  const scale = Math.max(a.scale, b.scale);
  const sum = a.digits * 10n ** BigInt(scale - a.scale) + b.digits * 10n ** BigInt(scale - b.scale);
  return format(round({ digits: sum, scale }));
}

function round({ digits, scale }: Decimal): Decimal {
  if (scale <= DECIMALS) return { digits, scale };
  const unit = 10n ** BigInt(scale - DECIMALS);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return { digits: (digits + half) / unit, scale: DECIMALS };
}

function format({ digits, scale }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const whole = text.slice(0, text.length - scale);
  const plain = scale > 0 && fraction ? `${whole}.${fraction}` : scale > 0 ? whole : text;
  return digits < 0n && plain !== '0' ? `-${plain}` : plain;
}
