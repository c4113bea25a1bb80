import { describe, expect, test } from 'vitest';
import { failureGroup } from '../../../lib/core/failure-group.ts';
import { describeThrown } from '../../../lib/core/thrown.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';

const groupOf = (thrown: unknown): string => failureGroup(describeThrown(thrown), 'parcel.sent');
const thrownBy = (message: string, stack: string, code?: string) =>
  Object.assign(new Error(message), { stack, ...(code && { code }) });
const stack = (line: number) =>
  `Error: x\n    at takeParts (/var/task/consume/parcel.sent-ABC.mjs:${line}:3)\n    at async handled (/var/task/consume/index.mjs:${line * 2}:9)`;

describe('entry 28: failures group', () => {
  test.each([
    [
      'ids',
      'order 5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10 is unknown',
      'order 0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21 is unknown',
    ],
    ['numbers', 'line 3 of 12', 'line 44 of 9'],
    ['random words', 'token a8f3k2l9q0 refused', 'token zz81mmq2x4 refused'],
    ['mail addresses', 'no mailbox ann@example.org here', 'no mailbox b.c+d@sub.example.com here'],
    ['paths', 'ENOENT: open /tmp/ab/c', 'ENOENT: open /var/task/x.txt'],
    ['addresses', 'no answer of https://a.example/x', 'no answer of http://b.example/'],
    ['quoted texts', 'no part "left wing" in stock', 'no part "a" in stock'],
    ['texts in single quotes', "no part 'left wing' in stock", "no part 'a' in stock"],
  ])('alike but for %s', (_, one, other) => {
    expect(groupOf(thrownBy(one, stack(10)))).toBe(groupOf(thrownBy(other, stack(99))));
  });

  test.each([
    ['message', thrownBy('one thing', stack(1)), thrownBy('another thing', stack(1))],
    [
      'a word between apostrophes',
      thrownBy("it's his, isn't it", stack(1)),
      thrownBy("it's her own, isn't it", stack(1)),
    ],
    ['code', thrownBy('x', stack(1), 'a'), thrownBy('x', stack(1), 'b')],
    ['class', thrownBy('x', stack(1)), Object.assign(new PermanentError('x'), { stack: stack(1) })],
    ['function', thrownBy('x', stack(1)), thrownBy('x', stack(1).replace('takeParts', 'charge'))],
  ])('apart by %s', (_, one, other) => {
    expect(groupOf(one)).not.toBe(groupOf(other));
  });

  test('by the first frame of the handler’s own file, whatever it was called through', () => {
    const through = (frames: string) => stack(1).replace('    at takeParts', `${frames}    at takeParts`);
    const helper = through('    at parse (/var/task/consume/index.mjs:9:9)\n    at Map.get (node:internal/x:1:1)\n');
    expect(groupOf(thrownBy('x', helper))).toBe(groupOf(thrownBy('x', stack(1))));
    const bare = stack(1).replace('consume/parcel.sent-ABC.mjs', 'functions/events/parcel.sent.ts');
    expect(groupOf(thrownBy('x', bare))).toBe(groupOf(thrownBy('x', stack(1))));
  });

  test('alike with a source map and without, which names the file otherwise and what has no name <anonymous>', () => {
    const [mapped, bundled] = ['functions/events/parcel.sent.ts', 'consume/parcel.sent-ABC.mjs'].map(
      (file) => `/var/task/${file}:7:3`,
    );
    const thrown = (frame: string) =>
      groupOf(thrownBy('x', `Error: x\n    at ${frame}\n    at handled (/var/task/a.mjs:1:9)`));
    const [nameless] = [thrown(`${bundled}`)];
    expect([`<anonymous> (${mapped})`, `async <anonymous> (${mapped})`, `${mapped}`].map(thrown)).toEqual([
      nameless,
      nameless,
      nameless,
    ]);
    expect(thrown(`takeParts (${mapped})`)).toBe(thrown(`takeParts (${bundled})`));
    expect(thrown(`takeParts (${mapped})`)).not.toBe(nameless);
  });

  test('alike where a bundler has numbered a function that is not the only one of its name', () => {
    const numbered = stack(1).replace('takeParts', 'takeParts2');
    expect(groupOf(thrownBy('x', numbered))).toBe(groupOf(thrownBy('x', stack(1))));
  });

  test('whatever is thrown, also what is no error (protocol: failure-group)', () => {
    expect([undefined, null, 7, 'text', {}].map(groupOf)).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/^[0-9a-f]{16}$/)),
    );
  });
});
