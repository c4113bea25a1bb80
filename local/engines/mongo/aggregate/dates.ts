import { evalExpr } from 'mingo/core';
import { MongoFault } from '../errors.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { formatDate, parseDate } from './date-format.ts';
import { isNothing, named, type Operator, only, textOf, wholeOf } from './operands.ts';
import { dateOf, dayOfYear, isoDayOf, isoWeekOf, localOf, momentOf, utc, weekOf } from './time-zone.ts';

/** A part of a date: of the operand itself, or of `{ date, timezone }`; null for no date. */
const part =
  (work: (local: Date) => number): Operator =>
  (document, operand, options) => {
    const given = only(operand);
    const withZone = isDocument(given) && Object.hasOwn(given, 'date');
    const date = evalExpr(document, withZone ? given.date : given, options);
    const zoned = withZone && Object.hasOwn(given, 'timezone');
    const zone = zoned ? evalExpr(document, given.timezone, options) : undefined;
    if (isNothing(date) || (zoned && isNothing(zone))) return null;
    return work(localOf(dateOf(date), zone));
  };

/** A day of an ISO week: the fourth of January is always in week 1. */
function isoDate(year: number, week: number, day: number): number {
  const fourth = new Date(utc(year, 0, 4));
  return fourth.getTime() + ((week - 1) * 7 + day - isoDayOf(fourth)) * 86_400_000;
}

const clockParts = ['hour', 'minute', 'second', 'millisecond'];
const calendar = ['year', 'month', 'day'];
const isoCalendar = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'];

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateFromParts/ */
const $dateFromParts: Operator = named(
  '$dateFromParts',
  [...calendar, ...isoCalendar, ...clockParts, 'timezone'],
  [],
  (given) => {
    const iso = 'isoWeekYear' in given;
    if (!iso && !('year' in given))
      throw new MongoFault('Location40516', "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
    if (Object.values(given).some(isNothing)) return null;
    const number = (name: string, unless: number): number =>
      given[name] === undefined ? unless : wholeOf(`$dateFromParts ${name}`, 'Location40515', given[name]);
    const day = iso
      ? isoDate(number('isoWeekYear', 1970), number('isoWeek', 1), number('isoDayOfWeek', 1))
      : utc(number('year', 1970), number('month', 1) - 1, number('day', 1));
    const clock = ((number('hour', 0) * 60 + number('minute', 0)) * 60 + number('second', 0)) * 1000;
    return momentOf(day + clock + number('millisecond', 0), given.timezone);
  },
);

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToParts/ */
const $dateToParts: Operator = named('$dateToParts', ['date', 'timezone', 'iso8601'], ['date'], (given) => {
  if (isNothing(given.date) || ('timezone' in given && isNothing(given.timezone))) return null;
  const local = localOf(dateOf(given.date), given.timezone);
  const { year, week } = isoWeekOf(local);
  return {
    ...(given.iso8601 === true
      ? { isoWeekYear: year, isoWeek: week, isoDayOfWeek: isoDayOf(local) }
      : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
  };
});

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToString/ */
const $dateToString: Operator = named('$dateToString', ['date', 'format', 'timezone', 'onNull'], ['date'], (given) => {
  if (isNothing(given.date)) return 'onNull' in given ? given.onNull : null;
  if (['format', 'timezone'].some((name) => name in given && isNothing(given[name]))) return null;
  const format = given.format === undefined ? undefined : textOf('$dateToString', 'Location18533', given.format);
  return formatDate(dateOf(given.date), format, given.timezone);
});

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateFromString/ */
const $dateFromString: Operator = named(
  '$dateFromString',
  ['dateString', 'format', 'timezone', 'onError', 'onNull'],
  ['dateString'],
  (given: Doc) => {
    if (isNothing(given.dateString)) return 'onNull' in given ? given.onNull : null;
    if (['format', 'timezone'].some((name) => name in given && isNothing(given[name]))) return null;
    try {
      const text = textOf('$dateFromString', 'ConversionFailure', given.dateString);
      const format = given.format === undefined ? undefined : textOf('$dateFromString', 'Location40684', given.format);
      return parseDate(text, format, given.timezone);
    } catch (cause) {
      if ('onError' in given && cause instanceof MongoFault && cause.codeName === 'ConversionFailure')
        return given.onError;
      throw cause;
    }
  },
);

/** `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/` */
export const dateOperators: { readonly [name: string]: Operator } = {
  $year: part((local) => local.getUTCFullYear()),
  $month: part((local) => local.getUTCMonth() + 1),
  $dayOfMonth: part((local) => local.getUTCDate()),
  $dayOfWeek: part((local) => local.getUTCDay() + 1),
  $dayOfYear: part(dayOfYear),
  $week: part(weekOf),
  $isoWeek: part((local) => isoWeekOf(local).week),
  $isoWeekYear: part((local) => isoWeekOf(local).year),
  $isoDayOfWeek: part(isoDayOf),
  $hour: part((local) => local.getUTCHours()),
  $minute: part((local) => local.getUTCMinutes()),
  $second: part((local) => local.getUTCSeconds()),
  $millisecond: part((local) => local.getUTCMilliseconds()),
  $dateFromParts,
  $dateToParts,
  $dateToString,
  $dateFromString,
};
