import { type Case, error } from './case.ts';

const shown = (name: string, args: string) => error(`ERR unknown command '${name}', with args beginning with: ${args}`);

/** What the server says to words that are too long, too few, or end before their last byte. */
export const wordCases: Case[] = [
  {
    page: 'commands/',
    title: 'of an unknown command 128 bytes are shown, and of its arguments about as many',
    steps: [
      [['N'.repeat(300)], shown('N'.repeat(128), '')],
      [['NO', 'a'.repeat(300), 'b'], shown('NO', `'${'a'.repeat(128)}' `)],
      [['NO', 'a'.repeat(120), 'b'.repeat(20), 'c'], shown('NO', `'${'a'.repeat(120)}' '${'b'.repeat(5)}' `)],
      [['NO\0SUCH', 'a\0b'], shown('NO', "'a' ")],
      [['CONFIG', 'x'.repeat(200)], error(`ERR unknown subcommand '${'x'.repeat(128)}'. Try CONFIG HELP.`)],
    ],
  },
  {
    page: 'commands/scan/',
    title: 'an empty cursor is 0, and a zero byte ends one',
    steps: [
      ['DEL @none', 0],
      [
        ['HSCAN', '@none', ''],
        ['0', []],
      ],
      [
        ['HSCAN', '@none', '0\0x'],
        ['0', []],
      ],
      [['HSCAN', '@none', '-'], error('ERR invalid cursor')],
      [['HSCAN', '@none', ' 0'], error('ERR invalid cursor')],
      [['HSCAN', '@none', '18446744073709551616'], error('ERR invalid cursor')],
    ],
  },
  {
    page: 'commands/zrangebyscore/',
    title: 'a zero byte ends a bound',
    steps: [
      ['ZADD @z 1 a 2 b', 2],
      [['ZRANGEBYSCORE', '@z', '1\0x', '(2\0'], ['a']],
      [['ZCOUNT', '@z', '\0', '+inf\0x'], 2],
      [
        ['ZRANGEBYLEX', '@z', '-\0x', '+\0'],
        ['a', 'b'],
      ],
      [['ZLEXCOUNT', '@z', '[a\0', '+'], 1],
      [['ZRANGEBYLEX', '@z', '-x', '+'], error('ERR min or max not valid string range item')],
    ],
  },
  {
    page: 'commands/select/',
    title: 'a number of a database is an int',
    steps: [
      ['SELECT 99', error('ERR DB index is out of range')],
      ['SELECT 2147483648', error('ERR value is out of range, value must between -2147483648 and 2147483647')],
      ['SELECT x', error('ERR value is not an integer or out of range')],
    ],
  },
];
