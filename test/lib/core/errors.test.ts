import { expect, test } from 'vitest';
import { codeOf } from '../../../lib/core/errors.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';

const aborted = (signal: AbortSignal): unknown => signal.reason;

test.each([
  ['an error of ours', new PermanentError('no', { code: 'over-limit' }), 'over-limit'],
  ['an error with a code of its own', Object.assign(new Error('no'), { code: 'ECONNRESET' }), 'ECONNRESET'],
  ['an error with a number', Object.assign(new Error('no'), { code: 11000 }), '11000'],
  ['any other error', new Error('no'), 'error'],
  ['what is no error', 'no', 'error'],
  ['a call that was aborted', aborted(AbortSignal.abort()), 'AbortError'],
  ['a call that took too long', new DOMException('too long', 'TimeoutError'), 'TimeoutError'],
])('the code of %s', (_, thrown, code) => {
  expect(codeOf(thrown)).toBe(code);
});
