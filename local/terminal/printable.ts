/** Controls, what turns the direction of writing, and separators of lines: in a client's text they would move the cursor or hide what is said. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** As JSON escapes them. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that takes one line of a terminal, and does nothing to it. */
export const printable = (text: string): string =>
  text.replaceAll('\n', String.raw`\n`).replaceAll('\t', ' ').replace(UNSAFE, escaped);

/** The same value as JSON that may be shown as it is. */
export const printableJson = (value: unknown): string => JSON.stringify(value).replace(UNSAFE, escaped);
