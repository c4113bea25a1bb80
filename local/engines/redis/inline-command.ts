const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** C's isspace, and not JavaScript's: a non-breaking space is a letter like any other. */
const isSpace = (character: string | undefined): boolean => character !== undefined && /[ \t\n\v\f\r]/.test(character);
/** What ends a word outside quotes. */
const endsWord = /[ \t\n\r]/;

/**
 * Cuts a line into words as a person writes them: "double quotes" with \n, \r, \t, \b, \a and \xFF, 'single quotes' with \'. Quotes may begin
 * within a word, and end it. A zero byte ends the line.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands
 * @returns undefined when quotes do not close, or close in the middle of a word
 */
export function splitInline(given: string): string[] | undefined {
  const line = given.split('\0', 1)[0] ?? '';
  const words: string[] = [];
  for (let at = 0; ; ) {
    while (isSpace(line[at])) at++;
    if (at >= line.length) return words;
    const read = readWord(line, at);
    if (!read) return undefined;
    words.push(read.word);
    at = read.end;
  }
}

interface Read {
  word: string;
  end: number;
}

function readWord(line: string, start: number): Read | undefined {
  let word = '';
  let at = start;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    if (endsWord.test(character)) break;
    if (character === '"' || character === "'") {
      const quoted = character === '"' ? readDouble(line, at + 1) : readSingle(line, at + 1);
      const closes = quoted && (quoted.end === line.length || isSpace(line[quoted.end]));
      return closes ? { word: word + quoted.word, end: quoted.end } : undefined;
    }
    word += character;
  }
  return { word, end: at };
}

function readDouble(line: string, start: number): Read | undefined {
  let word = '';
  for (let at = start; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"') return { word, end: at + 1 };
    const hex = /^\\x([\da-fA-F]{2})/.exec(line.slice(at, at + 4))?.[1];
    if (hex !== undefined) {
      word += String.fromCharCode(Number.parseInt(hex, 16));
      at += 3;
    } else if (character === '\\' && at + 1 < line.length) {
      at++;
      word += escapes[line.charAt(at)] ?? line.charAt(at);
    } else word += character;
  }
  return undefined;
}

function readSingle(line: string, start: number): Read | undefined {
  let word = '';
  for (let at = start; at < line.length; at++) {
    if (line.startsWith("\\'", at)) word += line.charAt(++at);
    else if (line.charAt(at) === "'") return { word, end: at + 1 };
    else word += line.charAt(at);
  }
  return undefined;
}
