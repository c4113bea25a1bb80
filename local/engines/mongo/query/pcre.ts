import { MongoFault } from '../errors.ts';

const END_OF_TEXT = '(?![\\s\\S])';
const START_OF_TEXT = '(?<![\\s\\S])';
const BEFORE_LAST_NEWLINE = `(?=\\n?${END_OF_TEXT})`;
/** White space is ASCII's in PCRE, and of all languages in JavaScript. */
const SPACE = '\\t\\n\\v\\f\\r ';

const notHere = (): MongoFault =>
  new MongoFault('NotImplemented', 'this engine does not take PCRE syntax that JavaScript lacks');

/**
 * A pattern in PCRE's syntax as JavaScript's with the flag `u`, meaning the same: `$` also before a last newline, `.` all but newline.
 * https://www.mongodb.com/docs/manual/reference/operator/query/regex/#pcre-vs-javascript
 * @param flags of i, m, s and x
 * @throws MongoFault NotImplemented for what JavaScript lacks
 */
export function fromPcre(pattern: string, flags: string): string {
  const [lines, dotAll, extended] = [flags.includes('m'), flags.includes('s'), flags.includes('x')];
  const starts = lines ? `(?:${START_OF_TEXT}|(?<=\\n)(?=[\\s\\S]))` : START_OF_TEXT;
  const ends = lines ? '(?![^\\n])' : BEFORE_LAST_NEWLINE;
  let text = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const one = pattern.charAt(at);
    const rest = pattern.slice(at);
    if (one === '\\') {
      const [taken, translated] = escaped(rest, inClass);
      text += translated;
      at += taken - 1;
    } else if (inClass) {
      if (rest.startsWith('[:')) throw notHere();
      text += one === '[' ? '\\[' : one;
      inClass = one !== ']';
    } else if (one === '[') {
      const [opening = '['] = /^\[\^?\]?/.exec(rest) ?? [];
      text += opening.replace(']', '\\]');
      at += opening.length - 1;
      inClass = true;
    } else if (extended && /\s/.test(one)) continue;
    else if (extended && one === '#') at += rest.search(/\n|$/);
    else if (one === '(' && /^\((\*|\?(?!:|=|!|<))/.test(rest)) throw notHere();
    else if (/[*+?}]/.test(one) && rest[1] === '+') throw notHere();
    else if (one === '{' && !/^\{\d+(,\d*)?\}/.test(rest)) text += '\\{';
    else if (one === '}' && !/\{\d+(,\d*)?$/.test(pattern.slice(0, at))) text += '\\}';
    else if (one === ']') text += '\\]';
    else if (one === '.') text += dotAll ? '[\\s\\S]' : '[^\\n]';
    else if (one === '^') text += starts;
    else if (one === '$') text += ends;
    else text += one;
  }
  return text;
}

/** One escape: how many characters it takes, and what it becomes. */
function escaped(rest: string, inClass: boolean): [number, string] {
  const letter = rest.charAt(1);
  const code = /^\\x\{([0-9a-fA-F]+)\}/.exec(rest);
  if (code) return [code[0].length, `\\u{${code[1]}}`];
  const property = /^\\[pP]\{\^?\w+\}/.exec(rest);
  if (property) return [property[0].length, property[0]];
  if (letter === 's') return [2, inClass ? SPACE : `[${SPACE}]`];
  if (letter === 'S' && !inClass) return [2, `[^${SPACE}]`];
  if (!inClass && letter === 'A') return [2, START_OF_TEXT];
  if (!inClass && letter === 'z') return [2, END_OF_TEXT];
  if (!inClass && letter === 'Z') return [2, BEFORE_LAST_NEWLINE];
  if (!inClass && letter === 'B') return [2, '\\B'];
  if (letter === 'e') return [2, '\\x1b'];
  if (letter === 'a') return [2, '\\x07'];
  const plain = /^\\(x[0-9a-fA-F]{2}|[dDwWbnrtfv]|0(?!\d)|[1-9](?!\d)|k<\w+>)/.exec(rest);
  if (plain) return [plain[0].length, plain[0]];
  if (/[a-zA-Z0-9]/.test(letter)) throw notHere();
  return [2, /[\^$\\.*+?()[\]{}|/-]/.test(letter) && (inClass || letter !== '-') ? `\\${letter}` : letter];
}
