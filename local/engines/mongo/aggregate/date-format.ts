import { MongoFault } from '../errors.ts';
import { dayOfYear, isoDayOf, isoWeekOf, localOf, momentOf, offsetAt, utc, weekOf } from './time-zone.ts';

const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

/**
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToString/#format-specifiers
 * @throws MongoFault Location18535, Location18536 for a bad format
 */
export function formatDate(date: Date, format: string | undefined, zone: unknown): string {
  const local = localOf(date, zone);
  const offset = offsetAt(date.getTime(), zone) / 60_000;
  const wanted = format ?? `%Y-%m-%dT%H:%M:%S.%L${offset === 0 ? 'Z' : ''}`;
  return wanted.replace(/%(.?)/gs, (_, letter: string) => {
    switch (letter) {
      case '%':
        return '%';
      case 'Y':
        return padded(local.getUTCFullYear(), 4);
      case 'm':
        return padded(local.getUTCMonth() + 1, 2);
      case 'b':
        return (monthNames[local.getUTCMonth()] ?? '').slice(0, 3);
      case 'B':
        return monthNames[local.getUTCMonth()] ?? '';
      case 'd':
        return padded(local.getUTCDate(), 2);
      case 'H':
        return padded(local.getUTCHours(), 2);
      case 'M':
        return padded(local.getUTCMinutes(), 2);
      case 'S':
        return padded(local.getUTCSeconds(), 2);
      case 'L':
        return padded(local.getUTCMilliseconds(), 3);
      case 'j':
        return padded(dayOfYear(local), 3);
      case 'U':
        return padded(weekOf(local), 2);
      case 'u':
        return String(isoDayOf(local));
      case 'V':
        return padded(isoWeekOf(local).week, 2);
      case 'G':
        return padded(isoWeekOf(local).year, 4);
      case 'w':
        return String(local.getUTCDay() + 1);
      case 'z':
        return `${offset < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(offset) / 60), 2)}${padded(Math.abs(offset) % 60, 2)}`;
      case 'Z':
        return `${offset < 0 ? '-' : '+'}${padded(Math.abs(offset), 3)}`;
      case '':
        throw new MongoFault('Location18535', "Unmatched '%' at end of format string");
      default:
        throw new MongoFault('Location18536', `Invalid format character '%${letter}' in format string`);
    }
  });
}

const digits: Readonly<Record<string, string>> = {
  ...{ Y: '\\d{4}', m: '\\d{1,2}', d: '\\d{1,2}', H: '\\d{1,2}', M: '\\d{1,2}', S: '\\d{1,2}', L: '\\d{1,3}' },
  ...{ b: '[A-Za-z]{3}', B: '[A-Za-z]+', z: '[+-]\\d\\d:?\\d\\d', j: '\\d{1,3}' },
};
const ISO =
  /^(?<Y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})(?:[T ](?<H>\d{1,2}):(?<M>\d\d)(?::(?<S>\d\d)(?:\.(?<L>\d{1,3})\d*)?)?)? ?(?<z>Z|UTC|[+-]\d\d:?\d\d)?$/;

const unparsable = (text: string): MongoFault =>
  new MongoFault('ConversionFailure', `Error parsing date string '${text}'`);

/**
 * A date in ISO 8601, or in the format given.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateFromString/
 * @throws MongoFault ConversionFailure; NotImplemented for the other forms that the server reads without a format
 */
export function parseDate(text: string, format: string | undefined, zone: unknown): Date {
  const found = (format === undefined ? ISO : patternOf(format)).exec(text.trim());
  if (!found && format === undefined && /\d/.test(text))
    throw new MongoFault('NotImplemented', `this engine reads dates in ISO 8601 or by a format, not '${text}'`);
  const parts = found?.groups;
  if (!parts) throw unparsable(text);
  const number = (name: string, unless: number): number => Number(parts[name] ?? unless);
  const name = (parts.B ?? parts.b)?.toLowerCase();
  const month = name
    ? monthNames.findIndex((each) => [each, each.slice(0, 3)].some((one) => one.toLowerCase() === name))
    : number('m', 1) - 1;
  const day =
    parts.j === undefined ? utc(number('Y', 1970), month, number('d', 1)) : utc(number('Y', 1970), 0, Number(parts.j));
  const clock = ((number('H', 0) * 60 + number('M', 0)) * 60 + number('S', 0)) * 1000;
  const local = day + clock + Number((parts.L ?? '0').padEnd(3, '0'));
  const check = new Date(local);
  if (parts.j === undefined && (check.getUTCMonth() !== month || check.getUTCDate() !== number('d', 1)))
    throw unparsable(text);
  if (parts.z !== undefined && zone !== undefined)
    throw new MongoFault(
      'ConversionFailure',
      'you cannot pass in a date/time string with time zone information and a timezone',
    );
  return momentOf(local, parts.z === undefined ? zone : parts.z);
}

function patternOf(format: string): RegExp {
  const seen = new Set<string>();
  const source = format.replace(/%(.)|[.*+?^${}()|[\]\\]/gs, (all: string, letter: string | undefined) => {
    if (letter === undefined) return `\\${all}`;
    if (letter === '%') return '%';
    const pattern = digits[letter];
    if (pattern === undefined || seen.has(letter))
      throw new MongoFault('NotImplemented', `this engine does not read %${letter} in a format of dates`);
    seen.add(letter);
    return `(?<${letter}>${pattern})`;
  });
  return new RegExp(`^${source}$`);
}
