/** Control characters, and non-characters up to U+FFFF. */
const excluded = '\\u0000-\\u001f\\u007f-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff';
/** The last two of each plane beyond, as openapi.json leaves them out: readers of patterns write them in different ways. */
const beyond = Array.from(
  { length: 16 },
  (_, plane) => `\\u{${(plane + 1).toString(16)}fffe}\\u{${(plane + 1).toString(16)}ffff}`,
);

const other = new RegExp(`[${excluded}${beyond.join('')}]`, 'u');

/** Whether all characters are those of a CloudEvents string (CloudEvents 1.0 section "Type System"). */
export const isText = (value: string): boolean => !other.test(value);

/** One of them, as a pattern. A class of what is not in it, because some that make texts of a pattern go through all that is. */
export const TEXT_CHARACTER = `[^${excluded}]`;
