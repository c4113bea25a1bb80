import { ObjectId, Timestamp } from 'bson';
import { MongoFault } from '../errors.ts';
import { typeName } from '../value/types.ts';
import { isNothing } from './operands.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
      era: 'short',
    });
    formatters.set(zone, formatter);
    return formatter;
  } catch {
    throw new MongoFault('Location40485', `unrecognized time zone identifier: "${zone}"`);
  }
}

/**
 * Milliseconds that a time zone is before UTC at one moment.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToString/ (timezone)
 * @param zone an Olson identifier or an offset; nothing is UTC
 * @throws MongoFault Location40485, Location40517
 */
export function offsetAt(time: number, zone: unknown): number {
  if (zone === undefined || zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  if (typeof zone !== 'string')
    throw new MongoFault('Location40517', `timezone must evaluate to a string, found ${typeName(zone)}`);
  const fixed = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000;
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const local = utc(year, Number(parts.month) - 1, Number(parts.day));
  const clock = (Number(parts.hour) * 60 + Number(parts.minute)) * 60 + Number(parts.second);
  return local + clock * 1000 - Math.floor(time / 1000) * 1000;
}

/** Midnight of a day; years below 100 too. */
export function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** A date whose UTC fields are what clocks of the zone show. */
export const localOf = (date: Date, zone: unknown): Date => new Date(date.getTime() + offsetAt(date.getTime(), zone));

/** The moment at which clocks of the zone show this. */
export function momentOf(local: number, zone: unknown): Date {
  const guess = local - offsetAt(local, zone);
  return new Date(local - offsetAt(guess, zone));
}

/** What date operators take for a date. @throws MongoFault Location16006 */
export function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.t * 1000);
  throw new MongoFault(
    'Location16006',
    `can't convert from BSON type ${isNothing(value) ? 'null' : typeName(value)} to Date`,
  );
}

/** Weeks begin on Sunday; days before the first Sunday are in week 0. */
export function weekOf(local: Date): number {
  const day = dayOfYear(local) - 1;
  return Math.floor((day + 7 - local.getUTCDay()) / 7);
}

export const dayOfYear = (local: Date): number =>
  Math.floor((local.getTime() - utc(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;

export const isoDayOf = (local: Date): number => local.getUTCDay() || 7;

/** ISO 8601: a week belongs to the year of its Thursday. */
export function isoWeekOf(local: Date): { year: number; week: number } {
  const thursday = new Date(local.getTime() + (4 - isoDayOf(local)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}
