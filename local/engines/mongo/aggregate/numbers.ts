import { evalExpr } from 'mingo/core';
import { MongoFault } from '../errors.ts';
import { refuseDecimal, toNumber } from '../value/types.ts';
import { isNothing, numeric, type Operator, one, several, wholeOf } from './operands.ts';

/** A function of one number, within the bounds where it has a value. */
const ofNumber = (
  name: string,
  work: (number: number) => number,
  inside: (number: number) => boolean = () => true,
): Operator =>
  one((value) => {
    const number = numeric(name, 'Location28765', value);
    if (!Number.isNaN(number) && !inside(number))
      throw new MongoFault('Location50989', `cannot apply ${name} to ${number}, value is out of its range`);
    return work(number);
  });

const positive = (name: string, code: 'Location28758' | 'Location28761' | 'Location28766', value: unknown): number => {
  const number = numeric(name, 'Location28765', value);
  if (number <= 0) throw new MongoFault(code, `${name}'s argument must be a positive number, but is ${number}`);
  return number;
};

const toEven = (number: number): number => {
  const floor = Math.floor(number);
  const rest = number - floor;
  if (rest !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** To a place after the point, by the digits that the number shows, so that 1.005 is what it seems to be. */
const places = (name: string, work: (number: number) => number): Operator =>
  several(name, 1, 2, (value, place) => {
    if (isNothing(value)) return null;
    const number = numeric(name, 'Location51081', value);
    if (place !== undefined && place === null) return null;
    const digits = isNothing(place) ? 0 : wholeOf(name, 'Location51082', place);
    if (digits < -20 || digits > 100)
      throw new MongoFault(
        'Location51083',
        `cannot apply ${name} with precision value ${digits} value must be in [-20, 100]`,
      );
    if (!Number.isFinite(number) || (Number.isInteger(number) && digits >= 0)) return number;
    return shifted(work(shifted(number, digits)), -digits);
  });

function shifted(number: number, by: number): number {
  const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
  return Number(`${mantissa}e${Number(exponent) + by}`);
}

/** Of one array or several values, what are numbers. */
const deviation =
  (sample: boolean): Operator =>
  (document, operand, options) => {
    const given = evalExpr(document, Array.isArray(operand) && operand.length === 1 ? operand[0] : operand, options);
    const values: unknown[] = Array.isArray(given) ? given : [given];
    for (const value of values) refuseDecimal(value);
    const numbers = values.map(toNumber).filter((number) => number !== undefined);
    return deviationOf(numbers, sample);
  };

/** Standard deviation; null for nothing, or one of a sample. */
export function deviationOf(numbers: readonly number[], sample: boolean): number | null {
  const count = sample ? numbers.length - 1 : numbers.length;
  if (count <= 0) return null;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / count);
}

const withinOne = (number: number): boolean => Math.abs(number) <= 1;

/** `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/` */
export const numberOperators: { readonly [name: string]: Operator } = {
  $round: places('$round', toEven),
  $trunc: places('$trunc', Math.trunc),
  $ln: one((value) => Math.log(positive('$ln', 'Location28766', value))),
  $log10: one((value) => Math.log10(positive('$log10', 'Location28761', value))),
  $log: several('$log', 2, 2, (value, base) => {
    if (isNothing(value) || isNothing(base)) return null;
    const [number, by] = [positive('$log', 'Location28758', value), numeric('$log', 'Location28757', base)];
    if (by <= 0 || by === 1)
      throw new MongoFault('Location28759', `$log's base must be a positive number not equal to 1, but is ${by}`);
    if (by === 2) return Math.log2(number);
    return by === 10 ? Math.log10(number) : Math.log(number) / Math.log(by);
  }),
  $sin: ofNumber('$sin', Math.sin, Number.isFinite),
  $cos: ofNumber('$cos', Math.cos, Number.isFinite),
  $tan: ofNumber('$tan', Math.tan, Number.isFinite),
  $asin: ofNumber('$asin', Math.asin, withinOne),
  $acos: ofNumber('$acos', Math.acos, withinOne),
  $atan: ofNumber('$atan', Math.atan),
  $sinh: ofNumber('$sinh', Math.sinh),
  $cosh: ofNumber('$cosh', Math.cosh),
  $tanh: ofNumber('$tanh', Math.tanh),
  $asinh: ofNumber('$asinh', Math.asinh),
  $acosh: ofNumber('$acosh', Math.acosh, (number) => number >= 1),
  $atanh: ofNumber('$atanh', Math.atanh, withinOne),
  $atan2: several('$atan2', 2, 2, (y, x) =>
    isNothing(y) || isNothing(x)
      ? null
      : Math.atan2(numeric('$atan2', 'Location51044', y), numeric('$atan2', 'Location51045', x)),
  ),
  $degreesToRadians: ofNumber('$degreesToRadians', (degrees) => (degrees * Math.PI) / 180),
  $radiansToDegrees: ofNumber('$radiansToDegrees', (radians) => (radians * 180) / Math.PI),
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
};
