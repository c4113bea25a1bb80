import { randomInt, randomUUID } from 'node:crypto';
import { changedTexts } from '../changed-texts.ts';

/** What stands in a timeline for what is another each time. */
export interface Placeholders {
  /** A copy with new values: `<uuid:order>` and `<word:lamp>`, of one name the same ones. */
  filled(value: unknown): unknown;
  /** A text in which they stand again in place of the values, `<time>` in place of a time, and `<day>` in place of the days of the run. */
  mask(text: string): string;
}

const PLACEHOLDER = /<(uuid|word):[a-z0-9-]+>/g;
/** RFC 3339, all of a text. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Twelve letters: a word with a digit in it would count as none where failures are grouped by their messages. */
const newWord = (): string => Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** Of one run. @param days on which it may run, `2026-11-29` */
export function openPlaceholders(days: readonly string[]): Placeholders {
  const values = new Map<string, string>();
  function valueFor(placeholder: string, kind: string): string {
    const value = values.get(placeholder) ?? (kind === 'uuid' ? randomUUID() : newWord());
    values.set(placeholder, value);
    return value;
  }
  return {
    filled: (value) => changedTexts(value, (text) => text.replaceAll(PLACEHOLDER, valueFor)),
    mask(text) {
      if (TIME.test(text)) return '<time>';
      let masked = text;
      for (const [placeholder, value] of values) masked = masked.replaceAll(value, placeholder);
      for (const day of days) masked = masked.replaceAll(day, '<day>');
      return masked;
    },
  };
}
