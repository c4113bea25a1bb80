import { MongoDriverError } from 'mongodb';
import { expect, test } from 'vitest';
import { translate } from '../../../../lib/adapters/mongo/errors.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';

/** As the driver's own, which it does not export. */
const named = (name: string): Error =>
  Object.defineProperty(new MongoDriverError('of the pool'), 'name', { value: name });

for (const name of ['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']) {
  test(`${name} means that MongoDB was not reached`, () => {
    expect(translate(named(name))).toBeInstanceOf(DependencyError);
  });
}

test('what broke the socket of a write means that MongoDB was not reached', () => {
  const broken = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
  expect(translate(broken)).toMatchObject({ code: 'mongodb-unavailable', retryable: true, cause: broken });
});

test('an error of no socket stays as it came', () => {
  const own = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  expect(translate(own)).toBe(own);
});
