import type { Decimal128 } from 'bson';

/** What a decimal is, exactly: the nearest double, and what is missing to it. */
export interface Split {
  /** NaN and the infinities are doubles; beyond the greatest double it is that one. */
  double: number;
  /** The whole part of the rest, rounded down. */
  whole: bigint;
  /** The decimal places of the rest, without zeros at the end. */
  places: string;
}

/** @returns the parts whose sum is the decimal */
export function split(value: Decimal128): Split {
  const text = value.toString();
  const nearest = Number(text);
  if (Number.isNaN(nearest) || /inf/i.test(text)) return { double: nearest, whole: 0n, places: '' };
  const double = Number.isFinite(nearest) ? nearest : Math.sign(nearest) * Number.MAX_VALUE;
  const [decimalDigits, decimalExponent] = decimalOf(text);
  const [binaryDigits, binaryExponent] = binaryOf(double);
  // 2 ** -n is 5 ** n / 10 ** n.
  const places = Math.max(0, -decimalExponent, -binaryExponent);
  const unit = 10n ** BigInt(places);
  const exact = decimalDigits * 10n ** BigInt(decimalExponent + places);
  const shown =
    binaryExponent >= 0
      ? binaryDigits * 2n ** BigInt(binaryExponent) * unit
      : binaryDigits * 5n ** BigInt(-binaryExponent) * 10n ** BigInt(places + binaryExponent);
  const rest = exact - shown;
  const whole = rest >= 0n ? rest / unit : -((-rest + unit - 1n) / unit);
  const fraction = places === 0 ? '' : String(rest - whole * unit).padStart(places, '0');
  return { double, whole, places: fraction.replace(/0+$/, '') };
}

/** Digits and power of ten. */
function decimalOf(text: string): [bigint, number] {
  const [mantissa = '0', exponent = '0'] = text.toUpperCase().split('E');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}

/** Whole mantissa and power of two. */
function binaryOf(double: number): [bigint, number] {
  let [mantissa, exponent] = [double, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent -= 1;
  }
  return [BigInt(mantissa), exponent];
}
