import { expect, test } from 'vitest';
import type { Identity } from '../../../../lib/core/access/identity.ts';
import { contextOf, identityIn } from '../../../../lib/core/access/identity-context.ts';

const least: Identity = { tenant: 'acme', key: { id: 'k-1', name: 'till 1' }, scopes: ['events:write'] };
const most: Identity = {
  tenant: 'acme',
  key: { id: '0199d3f0-7a3c-7000-8000-000000000001', name: 'A. till: no_1-x' },
  scopes: ['events:write', 'events:read', 'operator'],
  types: ['parcel.sent', 'parcel.lost'],
  sources: ['/tills/"1"\\ ö😀', '/tenants/acme'],
  rate: { requests: 1, events: 2, bytes: 419_431 },
  tenantRate: { events: 1000 },
  waits: 0,
  expires: '2027-01-01T00:00:00.000Z',
};
const encoded = (bounds: unknown) => Buffer.from(JSON.stringify(bounds)).toString('base64url');

test.each([least, { ...least, scopes: [] }, most])('an identity comes out of its context as it went in', (identity) => {
  expect(identityIn(contextOf(identity))).toEqual(identity);
  expect(identityIn(JSON.parse(JSON.stringify(contextOf(identity))))).toEqual(identity);
});

test('a context has flat texts alone, which the gateway may remember', () => {
  for (const text of Object.values(contextOf(most))) expect(text).toMatch(/^[A-Za-z0-9 ._:-]*$/);
});

test.each([
  ['a member less', { tenant: undefined }],
  ['a member more', { types: 'parcel.sent' }],
  ['no key', { keyId: '' }],
  ['a key id of other characters', { keyId: 'a"b' }],
  ['a name of other characters', { keyName: 'a"b' }],
  ['a tenant that is none', { tenant: 'A' }],
  ['every tenant', { tenant: '*' }],
  ['scopes in a list', { scopes: ['events:read'] }],
  ['two spaces', { scopes: 'events:read  events:write' }],
  ['a scope that nobody knows', { scopes: 'everything' }],
  ['a time that is none', { expires: 'tomorrow' }],
  ['a time of another zone', { expires: '2027-01-01T00:00:00.000+01:00' }],
  ['no bounds in the member of bounds', { bounds: '' }],
  ['bounds that are no JSON', { bounds: Buffer.from('{').toString('base64url') }],
  ['bounds in base64', { bounds: Buffer.from('{"types":["a.b"]}  ').toString('base64') }],
  ['bounds that are a list', { bounds: encoded([]) }],
  ['a bound more', { bounds: encoded({ colours: ['red'] }) }],
  ['no type at all', { bounds: encoded({ types: [] }) }],
  ['types in a text', { bounds: encoded({ types: 'a.b' }) }],
  ['a bound that is null', { bounds: encoded({ types: null }) }],
  ['a rate that is no number', { bounds: encoded({ rate: { events: '1' } }) }],
  ['a rate of none', { bounds: encoded({ rate: { events: 0 } }) }],
  ['places to wait below none', { bounds: encoded({ waits: -1 }) }],
])('nobody is in a context with %s', (_, change) => {
  expect(identityIn({ ...contextOf(least), ...change })).toBeUndefined();
});

test.each([undefined, null, '', 'acme', 1, true, [], [contextOf(least)], { lambda: contextOf(least) }])(
  'nobody is in %j',
  (context) => {
    expect(identityIn(context)).toBeUndefined();
  },
);
