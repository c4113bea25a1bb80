import fc from 'fast-check';
import { keys } from './program.ts';

const long = 'long'.repeat(50);
const members = ['m', 'n', 'Ã©', '', '7', '-3', 'long member with spaces', '\x00\xff\r\n', '[m', '1e3', 'm\x00n', long];
const integers = [
  '0',
  '1',
  '-3',
  '41',
  '2',
  '-1',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '4294967296',
  'x',
  '1.5',
  '',
  ' 1',
  '+1',
  '01',
  '-0',
  '1\x00',
];
const floats = [
  '0',
  '1',
  '-2',
  '3.5',
  '0.1',
  '1e3',
  '-0',
  'inf',
  '-inf',
  '+inf',
  'nan',
  '-nan',
  'x',
  '',
  ' 1',
  '0x10',
  '1e400',
  '1e17',
  '.5',
  '5.',
  '3.0e-5',
  '1e-400',
  '12345678901234567890',
  '12345678901234568',
  '1\x00',
];
const bounds = [
  '0',
  '1',
  '-2',
  '3.5',
  '(1',
  '(',
  '',
  '+inf',
  '-inf',
  '(inf',
  'x',
  ' 1',
  '0x2',
  '1\x00',
  '(1\x002',
  '((1',
];
const names = ['-', '+', '[m', '(m', '[', '(', 'm', '[zz', '(7', '', '-m', '+\x00', '-\x00', '[m\x00', '(\x00'];
const times = ['33177117420', '33177117421', '1', '-1', '0', 'x', '9223372036854775807', '-9223372036854775808'];
const lasting = [
  '100000',
  '0',
  '-1',
  'x',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775',
  '1e3',
  '1\x00',
];
const patterns = [
  '*',
  'a*',
  '?',
  '[a-c]',
  '[^a]',
  '\\a',
  '',
  '[',
  'm',
  '[ab',
  '**',
  '*?',
  '?*',
  '**a',
  'a**',
  '[c-a]',
  '[\\a]',
  '[]',
  '[^]',
  '[a-',
  '\\',
  'a\\',
  '*\x00*',
  '[\x00-\xff]*',
];
/** Those that begin a scan, or are none: what another brings is the server's own affair. */
const cursors = ['0', '', 'x', ' 0', '0 ', '00', '+0', '-0', '-', '0\x00', '\x005', '18446744073709551616', '0x0'];
const channels = ['c', 'd', '', 'c\x00', '\xff\r\n'];

/** What a letter in the pattern of a command stands for. */
const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  k: fc.constantFrom(...keys),
  s: fc.constantFrom(...keys.slice(0, 5)),
  p: fc.constantFrom('p', 'q'),
  m: fc.constantFrom(...members),
  i: fc.constantFrom(...integers),
  f: fc.constantFrom(...floats),
  b: fc.constantFrom(...bounds),
  l: fc.constantFrom(...names),
  t: fc.constantFrom(...times),
  e: fc.constantFrom(...lasting),
  g: fc.constantFrom(...patterns),
  o: fc.constantFrom(...cursors),
  c: fc.constantFrom(...channels),
};

const words = (pattern: string): fc.Arbitrary<string>[] =>
  pattern
    .split(' ')
    .filter(Boolean)
    .map((word) => kinds[word] ?? fc.constantFrom(...word.split('|')));

/**
 * A command by its pattern: letters stand for values, other words for themselves, `a|b` for either.
 * @param options patterns of which some follow, in any order and as often as it comes
 */
export function command(pattern: string, ...options: string[]): fc.Arbitrary<string[]> {
  const some =
    options.length === 0
      ? fc.constant<string[][]>([])
      : fc.array(fc.oneof(...options.map((option) => fc.tuple(...words(option)))), { maxLength: 3 });
  return fc.tuple(fc.tuple(...words(pattern)), some).map(([head, tail]) => [...head, ...tail.flat()]);
}

export const aKey = fc.constantFrom(...keys.slice(0, 5));
