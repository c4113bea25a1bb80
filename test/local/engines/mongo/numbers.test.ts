import { Decimal128, Long } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare } from '../../../../local/engines/mongo/value/key.ts';

/** A value as a fraction of whole numbers. */
interface Exact {
  value: unknown;
  over: bigint;
  under: bigint;
}

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -40, max: 30 }))
  .map(
    ([digits, exponent]): Exact => ({
      value: Decimal128.fromString(`${digits}E${exponent}`),
      over: exponent > 0 ? digits * 10n ** BigInt(exponent) : digits,
      under: exponent > 0 ? 1n : 10n ** BigInt(-exponent),
    }),
  );
const long = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((whole): Exact => ({ value: Long.fromBigInt(whole), over: whole, under: 1n }));
const double = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -60, max: 40 })).map(
  ([mantissa, exponent]): Exact => ({
    value: mantissa * 2 ** exponent,
    over: exponent > 0 ? BigInt(mantissa) * 2n ** BigInt(exponent) : BigInt(mantissa),
    under: exponent > 0 ? 1n : 2n ** BigInt(-exponent),
  }),
);

/** Decimals and longs that are near to one double, which are hard to tell apart. */
const near = fc.oneof(
  fc.tuple(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.integer({ min: -9, max: 9 })).map(
    ([whole, tenths]): Exact => ({
      value: Decimal128.fromString(`${whole * 10n + BigInt(tenths)}E-1`),
      over: whole * 10n + BigInt(tenths),
      under: 10n,
    }),
  ),
  long,
);
const pair = fc.oneof(
  fc.tuple(fc.oneof(decimal, long, double), fc.oneof(decimal, long, double)),
  fc.tuple(near, fc.bigInt({ min: -3n, max: 3n })).map(([one, step]): [Exact, Exact] => {
    const whole = one.over / one.under + step;
    return [one, { value: Decimal128.fromString(`${whole}`), over: whole, under: 1n }];
  }),
);

test('numbers of all types compare by their exact value', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const difference = one.over * other.under - other.over * one.under;
      expect(Math.sign(compare(one.value, other.value))).toBe(difference < 0n ? -1 : Number(difference > 0n));
    }),
    { numRuns: 1000, seed: 20260301 },
  );
});

test('decimals at the ends, and those that are no numbers, have their place', () => {
  const order = ['NaN', '-Infinity', '-9E6000', '-1E-6000', '0', '1E-6000', '0.1', '9E6000', 'Infinity'];
  const values: unknown[] = order.map((text) => Decimal128.fromString(text));
  for (let at = 1; at < values.length; at++) expect(compare(values[at - 1], values[at])).toBeLessThan(0);
  const same: [unknown, unknown][] = [
    [Decimal128.fromString('NaN'), Number.NaN],
    [Decimal128.fromString('-0'), 0],
    [Decimal128.fromString('1.50'), 1.5],
    [Decimal128.fromString('Infinity'), Number.POSITIVE_INFINITY],
    [Decimal128.fromString('9007199254740993'), Long.fromString('9007199254740993')],
  ];
  for (const [one, other] of same) expect(compare(one, other)).toBe(0);
  expect(compare(0.1, Decimal128.fromString('0.1'))).toBeGreaterThan(0);
});
