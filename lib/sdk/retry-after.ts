/** SQS counts 12 h from the receive; an hour is left for the run itself (protocol: backoff). */
export const LONGEST_SECONDS = 11 * 3600;

/** The three forms of a date in HTTP, the last without a time zone of its own: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Seconds that the value of a `Retry-After` asks for: its digits, or until its date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 * @param now milliseconds since the epoch
 * @returns 0 to 39,600; NaN for what is neither
 */
export function secondsOfRetryAfter(value: string, now: number): number {
  const text = value.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (dateIn(text) - now) / 1000;
  return Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_SECONDS);
}

function dateIn(text: string): number {
  if (!DATES.some((form) => form.test(text))) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
