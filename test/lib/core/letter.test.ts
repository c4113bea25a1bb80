import { describe, expect, test } from 'vitest';
import { NewerFormatError, UndecodableError } from '../../../lib/core/errors.ts';
import { decodeLetter, encodeLetter } from '../../../lib/core/letter.ts';
import { encodeMessage, MAX_MESSAGE_BYTES, type Message } from '../../../lib/core/message.ts';

const message: Message = {
  version: 1,
  tenant: 'local',
  id: '1',
  source: '/s',
  type: 'test.happened',
  time: '2026-01-01T00:00:00Z',
  recordedtime: '2026-01-01T00:00:00.000Z',
  extensions: { partitionkey: 'p' },
  data: { text: 'ünï \u0000 \ufffe 😀' },
  fingerprint: 'f'.repeat(43),
  replay: 0,
  schema: 's',
};
const lastWord = { cause: 'permanent', code: 'no', message: 'never', group: 'g' } as const;
const attempts = [
  { at: '2026-01-01T00:00:00.000Z', outcome: 'error', error: { code: 'no', message: 'never' } },
] as const;

describe('a letter', () => {
  test('comes out as it went in', () => {
    expect(decodeLetter(encodeLetter({ message, lastWord, attempts }))).toEqual({ message, lastWord, attempts });
  });

  test('whose message leaves no room for a reason is the bare message, and fits', () => {
    const room = MAX_MESSAGE_BYTES - Buffer.byteLength(encodeMessage({ ...message, data: { text: '' } }));
    const full = { ...message, data: { text: 'x'.repeat(room) } };
    const body = encodeLetter({ message: full, lastWord, attempts });
    expect(Buffer.byteLength(body)).toBe(MAX_MESSAGE_BYTES);
    expect(decodeLetter(body)).toEqual({ message: full, attempts: [] });
  });

  test('that SQS moved by itself is a bare message', () => {
    expect(decodeLetter(encodeMessage(message))).toEqual({ message, attempts: [] });
  });

  test.each([
    '',
    'no json',
    '{}',
    '[]',
    'null',
    '{"letter":1}',
    '{"letter":1,"message":{},"attempts":[]}',
    '{"letter":0,"message":1}',
    '{"letter":"2","message":1}',
    '{"letter":1.5,"message":1}',
  ])('%j is undecodable', (body) => {
    expect(() => decodeLetter(body)).toThrow(UndecodableError);
  });

  test('holds what its message carries, in its envelope or bare', () => {
    const carrying = { ...message, carried: { more: { deep: [1] }, letter: 7 } };
    expect(decodeLetter(encodeLetter({ message: carrying, lastWord, attempts })).message).toEqual(carrying);
    expect(decodeLetter(encodeMessage(carrying))).toEqual({ message: carrying, attempts: [] });
  });

  test('says the same with members beside those that are known, at every level', () => {
    const more = { more: 1 };
    const letter = { letter: 1, message, lastWord: { ...lastWord, ...more }, ...more };
    const wider = attempts.map((one) => ({ ...one, error: { ...one.error, ...more }, ...more }));
    expect(decodeLetter(JSON.stringify({ ...letter, attempts: wider }))).toEqual({ message, lastWord, attempts });
  });

  test.each([
    ['the letter', { letter: 2 }],
    ['the letter', { letter: 2, message, lastWord, attempts }],
    ['the message', { letter: 1, message: { ...message, version: 2 }, lastWord, attempts }],
    ['the message', { ...message, version: 2 }],
    ['the message', { version: 2, letter: 1 }],
  ])('whose format is higher, that of %s, is of newer code', (what, letter) => {
    expect(() => decodeLetter(JSON.stringify(letter))).toThrow(NewerFormatError);
    expect(() => decodeLetter(JSON.stringify(letter))).toThrow(what);
  });

  test('whose message is nested deeper than any stack is undecodable', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const letter = JSON.stringify({ letter: 1, message: { ...message, data: 'DEEP' }, lastWord, attempts });
    expect(() => decodeLetter(letter.replace('"DEEP"', deep))).toThrow(UndecodableError);
  });
});
