import { MongoDriverError } from 'mongodb';
import { expect, test } from 'vitest';
import { translate } from '../../../../lib/adapters/mongo/errors.ts';
import { DependencyError } from '../../../../lib/errors.ts';

/** As the driver's own, which it does not export. */
const named = (name: string): Error =>
  Object.defineProperty(new MongoDriverError('of the pool'), 'name', { value: name });

for (const name of ['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']) {
  test(`${name} means that MongoDB was not reached`, () => {
    expect(translate(named(name))).toBeInstanceOf(DependencyError);
  });
}
