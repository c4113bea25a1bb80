import { describe, expect, test } from 'vitest';
import { failureGroup } from '../../../lib/core/failure-group.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';

const thrownBy = (message: string, stack: string, code?: string) =>
  Object.assign(new Error(message), { stack, ...(code && { code }) });
const stack = (line: number) =>
  `Error: x\n    at takeParts (/var/task/consume/parcel.sent-ABC.mjs:${line}:3)\n    at async handled (/var/task/consume/index.mjs:${line * 2}:9)`;

describe('failures group', () => {
  test.each([
    [
      'ids',
      'order 5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10 is unknown',
      'order 0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21 is unknown',
    ],
    ['numbers', 'line 3 of 12', 'line 44 of 9'],
    ['random words', 'token a8f3k2l9q0 refused', 'token zz81mmq2x4 refused'],
  ])('alike but for %s', (_, one, other) => {
    expect(failureGroup(thrownBy(one, stack(10)))).toBe(failureGroup(thrownBy(other, stack(99))));
  });

  test.each([
    ['message', thrownBy('one thing', stack(1)), thrownBy('another thing', stack(1))],
    ['code', thrownBy('x', stack(1), 'a'), thrownBy('x', stack(1), 'b')],
    ['class', thrownBy('x', stack(1)), Object.assign(new PermanentError('x'), { stack: stack(1) })],
    ['function', thrownBy('x', stack(1)), thrownBy('x', stack(1).replace('takeParts', 'charge'))],
  ])('apart by %s', (_, one, other) => {
    expect(failureGroup(one)).not.toBe(failureGroup(other));
  });

  test('whatever is thrown, also what is no error (protocol: failure-group)', () => {
    expect([undefined, null, 7, 'text', {}].map((thrown) => failureGroup(thrown))).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/^[0-9a-f]{16}$/)),
    );
  });
});
