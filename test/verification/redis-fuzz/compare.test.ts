import { expect, test } from 'vitest';
import { compare } from '../../../verification/redis-fuzz/compare.ts';
import { knownDifferences } from '../../../verification/redis-fuzz/known-differences.ts';
import { read } from '../../support/repository.ts';

/** One step of one client with one command, and what each server said; nothing is left in them. */
function verdict(command: string, engine: string, server: string, ended: { engine?: boolean; server?: boolean } = {}) {
  const heard = (text: string, end = false) => [
    { texts: [text, ''] as const, ended: [end, false] as const },
    { texts: ['', ''] as const, ended: [false, false] as const },
  ];
  const program = [{ client: 0 as const, sent: [{ words: command.split(' ') }], cuts: [] }];
  return compare(program, heard(engine, ended.engine), heard(server, ended.server), 10).is;
}

test.each([
  ['GET a', ':1\r\n', ':1\r\n', 'same'],
  ['GET a', ':1\r\n', ':2\r\n', 'different'],
  ['GET a', ':1\r\n', ':1\r\n:1\r\n', 'different'],
  ['LRANGE a 0 -1', '$1\r\na\r\n$1\r\nb\r\n', '$1\r\nb\r\n$1\r\na\r\n', 'different'],
  ['SMEMBERS a', '$1\r\na\r\n$1\r\nb\r\n', '$1\r\nb\r\n$1\r\na\r\n', 'same'],
  ['SMEMBERS a', '$1\r\na\r\n', '$1\r\nb\r\n', 'different'],
  ['PTTL a', ':1000\r\n', ':995\r\n', 'same'],
  ['PTTL a', ':1000\r\n', ':900\r\n', 'different'],
  ['LLEN a', ':1000\r\n', ':995\r\n', 'different'],
  ['HELLO', '$2\r\nid\r\n:3\r\n', '$2\r\nid\r\n:9\r\n', 'same'],
  ['LSET a 0 b', "-ERR unknown command 'LSET', with args\r\n", '-ERR no such key\r\n', 'refused'],
  ['GETX a', "-ERR unknown command 'GETX'\r\n", "-ERR unknown command 'GETX', with\r\n", 'different'],
  ['GET a', "-ERR unknown command 'GET'\r\n", '$-1\r\n', 'different'],
  ['EVAL x 0', '$40\r\nthe embedded engine does not know cjson.x\r\n', '$1\r\nx\r\n', 'refused'],
])('%s, answered %j and %j, is %4$s', (command, engine, server, is) => {
  expect(verdict(command, engine, server)).toBe(is);
});

test('a connection that one of both closes is a difference', () => {
  expect(verdict('QUIT', '+OK\r\n', '+OK\r\n', { engine: true, server: true })).toBe('same');
  expect(verdict('QUIT', '+OK\r\n', '+OK\r\n', { server: true })).toBe('different');
});

test('what a connection that closes may have kept to itself is not compared', () => {
  expect(verdict('XADD a * b c', '', '', { engine: true, server: true })).toBe('refused');
  expect(verdict('xadd a * b c', '', '', { engine: true, server: true })).toBe('refused');
  expect(verdict('XADD a * b c', '', '', { server: true })).toBe('different');
});

test('docs/local.md lists what may differ, and nothing else', () => {
  const [, list = ''] = /not\ncompared or not asked:\n\n((?:- .*\n(?: {2}.*\n)*)+)/.exec(read('docs/local.md')) ?? [];
  const said = list.split(/^- /m).filter(Boolean);
  expect(said.map((one) => one.replace(/\s+/g, ' ').trim())).toEqual(
    knownDifferences.map(({ what, why }) => `${what}: ${why}`),
  );
});
