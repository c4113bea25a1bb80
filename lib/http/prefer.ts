import { splitOutsideQuotes, unquote } from '../core/quoted.ts';

/** The longest wait in seconds, below the 30 s after which API Gateway gives up (protocol: places-to-wait). */
export const MAX_WAIT = 25;

/**
 * The seconds of `Prefer: wait=N` (RFC 7240 section 4.3); several headers arrive joined by commas, the first `wait` counts.
 * @returns 0 to 25, or undefined when no wait was asked for or its value is not all digits
 */
export function waitPreference(header: string | undefined): number | undefined {
  for (const preference of splitOutsideQuotes(header ?? '', ',')) {
    const [word = ''] = splitOutsideQuotes(preference, ';');
    const [name = '', ...rest] = word.split('=');
    if (name.trim().toLowerCase() !== 'wait') continue;
    const value = unquote(rest.join('=').trim()) ?? '';
    return /^[0-9]+$/.test(value) ? Math.min(Number(value), MAX_WAIT) : undefined;
  }
  return undefined;
}
