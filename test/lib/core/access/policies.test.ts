import { expect, test } from 'vitest';
import { localIdentity } from '../../../../lib/core/access/identity.ts';
import { nameOf, policiesOf } from '../../../../lib/core/access/policies.ts';

const stage = { quota: 1000, windowSeconds: 60 };
const told = (...given: Parameters<typeof policiesOf>) =>
  policiesOf(...given).map((policy) => [nameOf(policy), policy.quota, policy.windowSeconds]);
const identity = { tenant: 'acme', key: { id: 'k', name: 'k' }, scopes: [] };

test('a burst is ten seconds’ worth of a rate', () => {
  const rate = { bytes: 419_431, requests: 5, events: 20 };
  expect(told({ ...identity, rate, tenantRate: { events: 7 } }, undefined)).toEqual([
    ['key-requests', 50, 10],
    ['key-events', 200, 10],
    ['key-bytes', 4_194_310, 10],
    ['tenant-events', 70, 10],
  ]);
});

test.each([
  ['of which nothing is said has the stage’s', undefined, [['tenant-events', 1000, 60]]],
  ['has its own in place of the stage’s', { requests: 1 }, [['tenant-requests', 10, 10]]],
  ['of which an operator has said that it has none has none', {}, []],
])('a tenant %s', (_, tenantRate, policies) => {
  expect(told({ ...identity, ...(tenantRate && { tenantRate }) }, stage)).toEqual(policies);
});

test('who is local without a key has the limits of its tenant alone', () => {
  expect(told(localIdentity, undefined)).toEqual([]);
  expect(told(localIdentity, stage)).toEqual([['tenant-events', 1000, 60]]);
});
