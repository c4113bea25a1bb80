import { expect, test } from 'vitest';
import type { Identity } from '../../../lib/core/access/identity.ts';
import type { Scope } from '../../../lib/core/access/scopes.ts';
import { failedAttempt } from '../../../lib/core/last-word.ts';
import { decodeLetter, encodeLetter } from '../../../lib/core/letter.ts';
import { describeThrown, saidByUs } from '../../../lib/core/thrown.ts';
import { seenBy } from '../../../lib/http/seen-by.ts';
import { PermanentError, RetryLaterError } from '../../../lib/sdk/errors.ts';
import { prepareDelivery } from '../../support/prepare-delivery.ts';

const at = '2026-11-23T12:00:00.000Z';
const attempts = [
  describeThrown(Object.assign(new Error('ENOENT /var/task/x at 10.0.0.5'), { code: 'ENOENT' })),
  describeThrown(new PermanentError('this part is no longer made', { code: 'gone' })),
  describeThrown(new RetryLaterError(60, 'the partner is closed')),
  saidByUs('invalid-data', 'data: expected a number', true),
].map((thrown) => failedAttempt(thrown, at));

const shownTo = (...scopes: Scope[]) => {
  const identity: Identity = { tenant: 'local', key: { id: 'k', name: 'k' }, scopes };
  return seenBy(identity, { type: 'a.b', status: 'failed', attempts }, undefined).attempts.map(({ error }) => error);
};

test('entry 23: a sender sees the code of each error, and the message of those that were meant for senders', () => {
  expect(shownTo('events:read')).toEqual([
    { code: 'ENOENT' },
    { code: 'gone', message: 'this part is no longer made' },
    { code: 'retry-later', message: 'the partner is closed' },
    { code: 'invalid-data', message: 'data: expected a number' },
  ]);
});

test('entry 23: who may read failures sees all', () => {
  for (const scope of ['failures:read', 'operator'] as const)
    expect(shownTo(scope)[0]).toEqual({ code: 'ENOENT', message: 'ENOENT /var/task/x at 10.0.0.5' });
});

test('a letter carries for whom a message was meant', () => {
  const { message } = prepareDelivery();
  const lastWord = { cause: 'permanent', code: 'gone', message: 'x', group: 'g' } as const;
  expect(decodeLetter(encodeLetter({ message, lastWord, attempts })).attempts).toEqual(attempts);
});
