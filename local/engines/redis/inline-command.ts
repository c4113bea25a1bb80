/**
 * Cuts a line into words as a person writes them: "double quotes" with \n, \r, \t, \b, \a and \xFF, 'single quotes' with \'.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands
 * @returns undefined when quotes do not close, or close in the middle of a word
 */
export function splitInline(line: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*(?:"((?:\\[\s\S]|[^"\\])*)"|'((?:\\'|[^'])*)'|([^\s"']+(?:["'][^\s]*)?))(?=\s|$)/y;
  let at = 0;
  while (line.slice(at).trim() !== '') {
    word.lastIndex = at;
    const match = word.exec(line);
    if (!match) return undefined;
    const [, double, single, bare] = match;
    if (bare !== undefined && /["']/.test(bare)) return undefined;
    words.push(double === undefined ? (single?.replaceAll("\\'", "'") ?? bare ?? '') : plainText(double));
    at = word.lastIndex;
  }
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

const plainText = (text: string): string =>
  text.replace(/\\(?:x([\da-fA-F]{2})|([\s\S]))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
