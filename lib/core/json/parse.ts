/** The last escape of a key, or of a string that looks as if it were one. */
const ESCAPED_KEY = /\\(?:u[0-9a-fA-F]{4}|[^u])[^"\\]*"\s*:/;
/** A string, and what shows that it is a key; one that does not end goes to the end, so that the time is linear over any text. */
const STRING = /"([^"\\]*(?:\\.[^"\\]*)*)(?:"(\s*:)?|\\?$)/gs;
/** No character of a key's own: keys that begin with it are replaced too. */
const MARK = '\uE000';

/**
 * `JSON.parse`, for text whose keys are somebody else's. V8 takes an escaped key for another that an earlier object had in its place, in any
 * text of the process: after `{"\\":0}`, the key of `{"\"":0}` is read as `\` too (https://github.com/nodejs/node/issues/63785, Node 24 and 26).
 * Keys without escapes are read right, so escaped ones are replaced before, and put back after.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!text.includes('\\') || !ESCAPED_KEY.test(text)) return value;
  const keys: string[] = [];
  const plain = text.replace(STRING, (whole, inside: string, colon?: string) => {
    if (colon === undefined || !(inside.includes('\\') || inside.startsWith(MARK))) return whole;
    return `"${MARK}${keys.push(String(JSON.parse(`"${inside}"`))) - 1}"${colon}`;
  });
  return withKeys(JSON.parse(plain), keys);
}

function withKeys(value: unknown, keys: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => withKeys(one, keys));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]): [string, unknown] => [
    (name.startsWith(MARK) ? keys[Number(name.slice(MARK.length))] : undefined) ?? name,
    withKeys(one, keys),
  ]);
  return Object.fromEntries(entries);
}
