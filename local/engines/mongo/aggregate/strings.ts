import { MongoFault } from '../errors.ts';
import { regexOf } from '../query/regex.ts';
import { type Doc, typeName } from '../value/types.ts';
import { isNothing, named, type Operator, one, several, textOf, wholeOf } from './operands.ts';

/** What string operators take for a string. @throws MongoFault Location16007 */
function coerced(name: string, value: unknown): string {
  if (isNothing(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new MongoFault('Location16007', `can't convert from BSON type ${typeName(value)} to String under ${name}`);
}

const $substrBytes: Operator = several('$substrBytes', 3, 3, (value, start, length) => {
  const bytes = Buffer.from(coerced('$substrBytes', value));
  const from = wholeOf('$substrBytes', 'Location16034', start);
  const count = wholeOf('$substrBytes', 'Location16035', length);
  if (from < 0) throw new MongoFault('Location50752', '$substrBytes: starting index must be non-negative');
  const to = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  const inside = (at: number): boolean => at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80;
  if (inside(from))
    throw new MongoFault(
      'Location28656',
      '$substrBytes: Invalid range, starting index is in the middle of a UTF-8 character.',
    );
  if (to > from && inside(to))
    throw new MongoFault(
      'Location28657',
      '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.',
    );
  return bytes.subarray(from, Math.max(from, to)).toString();
});

const $substrCP: Operator = several('$substrCP', 3, 3, (value, start, length) => {
  const from = wholeOf('$substrCP', 'Location34450', start);
  const count = wholeOf('$substrCP', 'Location34452', length);
  if (from < 0) throw new MongoFault('Location34455', '$substrCP: the starting index must be a non-negative integer.');
  if (count < 0) throw new MongoFault('Location34454', '$substrCP: length must be a non-negative integer.');
  return [...coerced('$substrCP', value)].slice(from, from + count).join('');
});

/** Where a part begins, in bytes or in code points, between two ends. */
const indexOf = (
  name: string,
  unit: (text: string) => number,
  cut: (text: string, from: number, to: number) => string,
): Operator =>
  several(name, 2, 4, (value, part, start, end) => {
    if (isNothing(value)) return null;
    const text = textOf(name, 'Location40091', value);
    const wanted = textOf(name, 'Location40092', part);
    const from = isNothing(start) ? 0 : wholeOf(name, 'Location40096', start);
    const to = isNothing(end) ? unit(text) : wholeOf(name, 'Location40096', end);
    if (from < 0 || to < 0) throw new MongoFault('Location40097', `${name} requires a nonnegative index`);
    if (from > unit(text) || to < from) return -1;
    const at = cut(text, from, to).indexOf(wanted);
    return at < 0 ? -1 : from + unit(cut(text, from, to).slice(0, at));
  });

/** @param work what the trimmed ends are: the set of characters to take away is given, or white space */
const trimming = (name: string, ends: 'both' | 'left' | 'right'): Operator =>
  named(name, ['input', 'chars'], ['input'], ({ input, chars, ...rest }) => {
    if (isNothing(input) || ('chars' in rest && isNothing(chars)) || chars === null) return null;
    const points = [...textOf(name, 'Location50699', input)];
    const away = chars === undefined ? WHITE_SPACE : new Set(textOf(name, 'Location50700', chars));
    let [from, to] = [0, points.length];
    if (ends !== 'right') while (from < to && away.has(points[from] ?? '')) from += 1;
    if (ends !== 'left') while (to > from && away.has(points[to - 1] ?? '')) to -= 1;
    return points.slice(from, to).join('');
  });

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/trim/#std-label-trim-white-space */
const WHITE_SPACE: ReadonlySet<string> = new Set(
  '\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);

const replacing = (name: string, all: boolean): Operator =>
  named(name, ['input', 'find', 'replacement'], ['input', 'find', 'replacement'], ({ input, find, replacement }) => {
    const given = [input, find, replacement].map((value) =>
      isNothing(value) ? null : textOf(name, 'Location51746', value),
    );
    const [text, wanted, by] = given;
    if (isNothing(text) || isNothing(wanted) || isNothing(by)) return null;
    return all ? text.replaceAll(wanted, () => by) : text.replace(wanted, () => by);
  });

interface Match {
  match: string;
  idx: number;
  captures: (string | null)[];
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/regexFind/ */
function* matchesOf(name: string, { input, regex, options }: Doc): Generator<Match> {
  if (isNothing(input) || isNothing(regex)) return;
  const text = textOf(name, 'Location51104', input);
  const { compiled } = regexOf(regex, isNothing(options) ? undefined : options);
  for (const found of text.matchAll(new RegExp(compiled.source, `${compiled.flags}g`)))
    yield {
      match: found[0],
      idx: [...text.slice(0, found.index)].length,
      captures: found.slice(1).map((capture) => capture ?? null),
    };
}

const regex = (name: string, work: (matches: Generator<Match>) => unknown): Operator =>
  named(name, ['input', 'regex', 'options'], ['input', 'regex'], (given) => work(matchesOf(name, given)));

/** `https://www.mongodb.com/docs/manual/reference/operator/aggregation/<name>/` */
export const stringOperators: { readonly [name: string]: Operator } = {
  $concat: several('$concat', 0, Number.POSITIVE_INFINITY, (...values) => {
    const texts = values.map((value) => (isNothing(value) ? null : textOf('$concat', 'Location16702', value)));
    return texts.includes(null) ? null : texts.join('');
  }),
  $toUpper: one((value) => coerced('$toUpper', value).replace(/[a-z]/g, (letter) => letter.toUpperCase()), ''),
  $toLower: one((value) => coerced('$toLower', value).replace(/[A-Z]/g, (letter) => letter.toLowerCase()), ''),
  $strLenBytes: several('$strLenBytes', 1, 1, (value) =>
    Buffer.byteLength(textOf('$strLenBytes', 'Location34473', value)),
  ),
  $strLenCP: several('$strLenCP', 1, 1, (value) => [...textOf('$strLenCP', 'Location34471', value)].length),
  $substr: $substrBytes,
  $substrBytes,
  $substrCP,
  $split: several('$split', 2, 2, (value, by) => {
    if (isNothing(value) || isNothing(by)) return null;
    const separator = textOf('$split', 'Location40086', by);
    if (separator === '') throw new MongoFault('Location40087', '$split requires a non-empty separator');
    return textOf('$split', 'Location40085', value).split(separator);
  }),
  $trim: trimming('$trim', 'both'),
  $ltrim: trimming('$ltrim', 'left'),
  $rtrim: trimming('$rtrim', 'right'),
  $replaceAll: replacing('$replaceAll', true),
  $replaceOne: replacing('$replaceOne', false),
  $regexMatch: regex('$regexMatch', (matches) => matches.next().done === false),
  $regexFind: regex('$regexFind', (matches) => matches.next().value ?? null),
  $regexFindAll: regex('$regexFindAll', (matches) => [...matches]),
  $indexOfCP: indexOf(
    '$indexOfCP',
    (text) => [...text].length,
    (text, from, to) => [...text].slice(from, to).join(''),
  ),
  $indexOfBytes: indexOf(
    '$indexOfBytes',
    (text) => Buffer.byteLength(text),
    (text, from, to) => Buffer.from(text).subarray(from, to).toString(),
  ),
  $strcasecmp: several('$strcasecmp', 2, 2, (value, other) => {
    const [a, b] = [value, other].map((each) =>
      coerced('$strcasecmp', each).replace(/[a-z]/g, (letter) => letter.toUpperCase()),
    );
    return Buffer.compare(Buffer.from(a ?? ''), Buffer.from(b ?? ''));
  }),
};
