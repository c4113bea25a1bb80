import { expect, test } from 'vitest';
import { callerOf } from '../../../lib/http/authorizer.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { gatewayEvent, keyOf } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';

const { authorizer: key } = keyOf('acme', 'events:read');
const claims = { tenant: 'acme', sub: 'acme', scope: 'operator' };

/** A caller as an event of API Gateway may tell of it, in all forms but the one of our authorizer. */
const strange: readonly (readonly [what: string, kind: string, authorizer: unknown])[] = [
  ['null', 'none', null],
  ['a text', 'of another form', 'lambda'],
  ['a list', 'of another form', [{ lambda: key }]],
  ['nothing in it', 'of another form', {}],
  ['IAM', 'iam', { iam: { accountId: '123456789012', callerId: 'AIDA', userArn: 'arn:aws:iam::1:user/u' } }],
  ['a JWT', 'jwt', { jwt: { claims, scopes: ['operator'] } }],
  ['a context one level up', 'of another form', key],
  ['a context one level down', 'lambda', { lambda: { lambda: key } }],
  ['a context that is null', 'lambda', { lambda: null }],
  ['a context that is a text', 'lambda', { lambda: JSON.stringify(key) }],
  ['a context that is a list', 'lambda', { lambda: [key] }],
  ['a context of nothing', 'lambda', { lambda: {} }],
  ['a tenant that is none', 'lambda', { lambda: { ...key, tenant: '*' } }],
  ['no scopes', 'lambda', { lambda: { ...key, scopes: undefined } }],
  ['scopes as a list', 'lambda', { lambda: { ...key, scopes: ['events:read'] } }],
  ['an unknown scope', 'lambda', { lambda: { ...key, scopes: 'events:read *' } }],
];

async function answerTo(authorizer: unknown, open: boolean) {
  const logged: unknown[] = [];
  const reached: unknown[] = [];
  const handler = httpFunction({
    routes: { 'POST /events': 'any key' },
    handlers: async () => ({
      'POST /events': async (_, identity) => {
        reached.push(identity);
        return { status: 200, body: {} };
      },
    }),
    open,
    log: { ...silentLog, error: (message, details) => void logged.push({ message, ...details }) },
  });
  const event = gatewayEvent({});
  const requestContext = { ...event.requestContext, ...(authorizer !== undefined && { authorizer }) };
  const { statusCode, headers, body = '' } = await handler({ ...event, requestContext }, {});
  return { statusCode, headers, body: JSON.parse(body), logged, reached };
}

const refused = (kind: string) => ({
  statusCode: 401,
  headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
  body: { code: 'unauthenticated', status: 401, retryable: false },
  logged: [
    {
      message: 'a request came without an identity',
      code: 'unauthenticated',
      routeKey: 'POST /events',
      authorizer: kind,
    },
  ],
  reached: [],
});

test('without an authorizer a request is nobody’s, but on the stage of this machine', async () => {
  expect(await answerTo(undefined, false)).toMatchObject(refused('none'));
  expect(await answerTo(undefined, true)).toMatchObject({ statusCode: 200, reached: [{ tenant: 'local' }] });
});

test.each(strange)('a request with %s is nobody’s on any stage, and that is logged', async (_, kind, authorizer) => {
  for (const open of [false, true]) expect(await answerTo(authorizer, open)).toMatchObject(refused(kind));
});

test('a request of our authorizer’s form is its key’s on any stage', async () => {
  for (const open of [false, true])
    expect(await answerTo({ lambda: key }, open)).toMatchObject({ statusCode: 200, reached: [{ tenant: 'acme' }] });
});

test('lines of a request say id and name of the key that asks, as an authorizer of ours tells of it, and nothing else', () => {
  expect(callerOf(gatewayEvent(keyOf('acme', 'events:read', 'till 3')))).toEqual({
    key_id: 'till 3',
    key_name: 'till 3',
  });
  expect(callerOf(gatewayEvent({}))).toEqual({});
});
