import { expect, test } from 'vitest';
import { programOf } from '../../../verification/redis-fuzz/programs/any-program.ts';
import { type Program, packetsOf, wordsOf } from '../../../verification/redis-fuzz/programs/program.ts';
import { shrink } from '../../../verification/redis-fuzz/shrink.ts';

const step = (...commands: string[][]) => ({
  client: 1 as const,
  sent: commands.map((words) => ({ words, inline: true as const })),
  cuts: [0.2, 0.7],
});

test('what is left of a program is what it takes', async () => {
  const program: Program = [
    step(['SET', 'a', 'some text'], ['GET', 'a']),
    { expire: 'a' },
    step(['PING'], ['DEL', 'x\0needle y', 'b'], ['PING']),
    { leaves: 0 },
  ];
  const holds = async (smaller: Program) => smaller.some((one) => wordsOf(one).some((word) => word.includes('\0')));
  expect(await shrink(program, holds)).toEqual([{ client: 0, sent: [{ words: ['\0'] }], cuts: [] }]);
});

test('a program that is as small as it goes, and one without tries, stay as they are', async () => {
  const program: Program = [step(['a']), { expire: 'b' }];
  expect(await shrink(program, async () => false)).toBe(program);
  expect(await shrink(program, async () => true, 0)).toBe(program);
});

test('a program is the same for the same two numbers, and its packets are its bytes', () => {
  expect(programOf(3, 5)).toEqual(programOf(3, 5));
  expect(programOf(3, 6)).not.toEqual(programOf(3, 5));
  const sent = [{ words: ['GET', ''] }, { words: ['ECHO', 'a "b"\n'], inline: true as const }, { bytes: '*x' }];
  const packets = packetsOf({ client: 0, sent, cuts: [0.5, 0, 0.1, 1] });
  expect(packets.length).toBe(3);
  expect(packets.join('')).toBe('*2\r\n$3\r\nGET\r\n$0\r\n\r\nECHO "a \\x22b\\x22\\x0a"\r\n*x');
});
