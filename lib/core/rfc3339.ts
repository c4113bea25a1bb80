const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

interface Instant {
  /** Milliseconds since the epoch, without the digits below. */
  milliseconds: number;
  /** Whether there were digits other than 0 below a millisecond. */
  more: boolean;
}

/**
 * Reads a timestamp by the letter of RFC 3339: real dates only, `t` and `z` allowed (section 5.6), second 60 only where a leap second
 * can be, the last second of a month in UTC (section 5.7).
 * @returns undefined when it is none
 */
function parse(text: string): Instant | undefined {
  const own = parseOwn(text);
  if (own !== undefined) return { milliseconds: own, more: false };
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', sign, offsetHour, offsetMinute] = match.slice(7);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined;
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === '-' ? -1 : 1);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, Math.min(second, 59), Number(fraction.slice(1, 4).padEnd(3, '0')));
  if (second === 60) {
    if (date.getUTCHours() !== 23 || date.getUTCMinutes() !== 59 || !isLastOfMonth(date)) return undefined;
    date.setUTCSeconds(60);
  }
  return { milliseconds: date.getTime(), more: /[1-9]/.test(fraction.slice(4)) };
}

const OWN_FORM = 'yyyy-mm-ddThh:mm:ss.mmmZ';
const SIGNS = [4, 7, 10, 13, 16, 19, 23];
/** After so many years the calendar is the same; below 100 they would be taken for those of the 20th century. */
const [CYCLE_YEARS, CYCLE_MS] = [400, 146_097 * 86_400_000];

/**
 * The milliseconds of a timestamp as Sluice itself writes it, which most are; undefined for any other text. By its digits, which
 * costs less than a Date: each event has some of them.
 */
function parseOwn(text: string): number | undefined {
  if (text.length !== OWN_FORM.length) return undefined;
  for (const place of SIGNS) if (text.charCodeAt(place) !== OWN_FORM.charCodeAt(place)) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const fraction = digits(text, 20, 23);
  const isReal = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isReal || !(hour <= 23 && minute <= 59 && second <= 59 && fraction >= 0)) return undefined;
  return Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, fraction) - CYCLE_MS;
}

/** @returns not a number where there is anything else */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let place = from; place < to; place++) {
    const digit = text.charCodeAt(place) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Whether this is a timestamp in UTC with milliseconds, as Sluice itself writes one. */
export const isOwnTimestamp = (text: string): boolean => parseOwn(text) !== undefined;

const daysIn = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};
const isLastOfMonth = (date: Date): boolean =>
  date.getUTCDate() === daysIn(date.getUTCFullYear(), date.getUTCMonth() + 1);

/**
 * The moment of a timestamp, as the door understands it: a leap second is the moment after it, digits below a millisecond are left out.
 * @returns an invalid Date when the text is no timestamp of RFC 3339
 */
export const dateOf = (text: string): Date => new Date(parse(text)?.milliseconds ?? Number.NaN);

/** Whether this is a timestamp of RFC 3339. */
export const isTimestamp = (text: string): boolean => parse(text) !== undefined;

/** The instant of a timestamp, without the digits below a millisecond; undefined when the text is none. */
export const epochMilliseconds = (text: string): number | undefined => parse(text)?.milliseconds;

const [earliest, latest] = [Date.parse('0000-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/**
 * The first millisecond at or after a timestamp, in UTC and of fixed width, so that it compares as text with a `recordedtime`.
 * @returns undefined when the text is no timestamp of RFC 3339
 */
export function toMilliseconds(text: string): string | undefined {
  const instant = parse(text);
  if (!instant) return undefined;
  const milliseconds = instant.milliseconds + (instant.more ? 1 : 0);
  return new Date(Math.min(Math.max(milliseconds, earliest), latest)).toISOString();
}
