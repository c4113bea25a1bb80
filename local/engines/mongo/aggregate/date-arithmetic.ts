import { MongoFault } from '../errors.ts';
import type { Doc } from '../value/types.ts';
import { isNothing, named, type Operator, wholeOf } from './operands.ts';
import { dateOf, localOf, momentOf, offsetAt, utc } from './time-zone.ts';

const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7 };
const MILLISECONDS: Readonly<Record<string, number>> = {
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const DAY_MS = 86_400_000;
const WEEK_DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function unitOf(unit: unknown): string {
  if (typeof unit === 'string' && (unit in MONTHS || unit in DAYS || unit in MILLISECONDS)) return unit;
  throw new MongoFault('FailedToParse', `unknown time unit value: ${String(unit)}`);
}

/** Sunday is 0; names and their first three letters are known. */
function startOfWeek(given: unknown): number {
  if (isNothing(given)) return 0;
  const name = String(given).toLowerCase();
  const day = WEEK_DAYS.findIndex((each) => each === name || each.slice(0, 3) === name);
  if (day < 0) throw new MongoFault('FailedToParse', `unknown day of week value: ${String(given)}`);
  return day;
}

/** The day is cut to the last of its month. */
function addMonths(local: Date, count: number): number {
  const months = local.getUTCFullYear() * 12 + local.getUTCMonth() + count;
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12];
  const last = new Date(utc(year, month + 1, 0)).getUTCDate();
  return utc(year, month, Math.min(local.getUTCDate(), last)) + (((local.getTime() % DAY_MS) + DAY_MS) % DAY_MS);
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateAdd/ */
const adding = (name: string, sign: 1 | -1): Operator =>
  named(name, ['startDate', 'unit', 'amount', 'timezone'], ['startDate', 'unit', 'amount'], (given) => {
    const { startDate, unit, amount, timezone } = given;
    if (anyNull(given, 'startDate', 'unit', 'amount', 'timezone')) return null;
    const date = dateOf(startDate);
    const kind = unitOf(unit);
    const count = sign * wholeOf(name, 'Location5166405', amount);
    const milliseconds = MILLISECONDS[kind];
    if (milliseconds !== undefined) return new Date(date.getTime() + count * milliseconds);
    const local = localOf(date, timezone);
    const months = MONTHS[kind];
    if (months !== undefined) return momentOf(addMonths(local, count * months), timezone);
    return momentOf(local.getTime() + count * (DAYS[kind] ?? 1) * DAY_MS, timezone);
  });

/** One of these is there and null, or was computed to nothing. */
const anyNull = (given: Doc, ...names: string[]): boolean =>
  names.some((name) => Object.hasOwn(given, name) && isNothing(given[name]));

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateDiff/ */
const $dateDiff: Operator = named(
  '$dateDiff',
  ['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'],
  ['startDate', 'endDate', 'unit'],
  (given) => {
    if (anyNull(given, 'startDate', 'endDate', 'unit', 'timezone')) return null;
    const { timezone } = given;
    const [start, end] = [dateOf(given.startDate), dateOf(given.endDate)];
    const unit = unitOf(given.unit);
    const milliseconds = MILLISECONDS[unit];
    if (milliseconds !== undefined) {
      const offset = offsetAt(start.getTime(), timezone);
      const boundary = (date: Date): number => Math.floor((date.getTime() + offset) / milliseconds);
      return boundary(end) - boundary(start);
    }
    const [from, to] = [localOf(start, timezone), localOf(end, timezone)];
    const months = MONTHS[unit];
    if (months !== undefined) {
      const boundary = (date: Date): number => Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
      return boundary(to) - boundary(from);
    }
    // The first day of 1970 was a Thursday.
    const shift = unit === 'week' ? 4 - startOfWeek(given.startOfWeek) : 0;
    const boundary = (date: Date): number =>
      Math.floor((Math.floor(date.getTime() / DAY_MS) + shift) / (DAYS[unit] ?? 1));
    return boundary(to) - boundary(from);
  },
);

/**
 * Bins are counted from the beginning of the year 2000.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateTrunc/
 */
const $dateTrunc: Operator = named(
  '$dateTrunc',
  ['date', 'unit', 'binSize', 'timezone', 'startOfWeek'],
  ['date', 'unit'],
  (given) => {
    if (anyNull(given, 'date', 'unit', 'binSize', 'timezone')) return null;
    const { timezone } = given;
    const unit = unitOf(given.unit);
    const bin = given.binSize === undefined ? 1 : wholeOf('$dateTrunc', 'Location5439017', given.binSize);
    if (bin < 1) throw new MongoFault('Location5439018', "$dateTrunc requires 'binSize' to be greater than 0");
    const local = localOf(dateOf(given.date), timezone);
    const months = MONTHS[unit];
    if (months !== undefined) {
      const size = months * bin;
      const since = (local.getUTCFullYear() - 2000) * 12 + local.getUTCMonth();
      return momentOf(utc(2000, Math.floor(since / size) * size, 1), timezone);
    }
    // The first day of 2000 was a Saturday.
    const first = unit === 'week' ? utc(2000, 0, 1 + ((startOfWeek(given.startOfWeek) + 1) % 7)) : utc(2000, 0, 1);
    const size = (MILLISECONDS[unit] ?? (DAYS[unit] ?? 1) * DAY_MS) * bin;
    const truncated = first + Math.floor((local.getTime() - first) / size) * size;
    return momentOf(truncated, timezone);
  },
);

export const dateArithmetic: { readonly [name: string]: Operator } = {
  $dateAdd: adding('$dateAdd', 1),
  $dateSubtract: adding('$dateSubtract', -1),
  $dateDiff,
  $dateTrunc,
};
