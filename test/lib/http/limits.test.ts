import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, test } from 'vitest';
import type { Identity } from '../../../lib/core/access/identity.ts';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import { type HttpHandler, httpFunction } from '../../../lib/http/http-function.ts';
import { isRoute, type RouteKey } from '../../../lib/http/route.ts';
import { createLimits } from '../../../lib/limits/charge.ts';
import { memoryRates } from '../../../lib/limits/memory-rates.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { call, type Sent } from '../../support/api-gateway.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';

const declared = httpFunctions.flatMap(({ routes, chargesItself }) =>
  Object.keys(routes).flatMap((route) => (isRoute(route, routes) ? [{ route, routes, chargesItself }] : [])),
);
const key: Identity = { tenant: 'acme', key: { id: 'k', name: 'k' }, scopes: ['operator'], rate: { requests: 1 } };
const ok: HttpHandler = async () => ({ status: 200, body: {} });

function world(handle: HttpHandler = ok, rateLimit?: { quota: number; windowSeconds: number }) {
  const clock = fakeClock();
  const others = { inMemory: memoryRates(clock), log: silentLog, rateLimit, environments: 10 };
  const limits = createLimits({ rates: memoryRates(clock), ...others });
  const ask = (
    identity: Identity | undefined,
    { route = 'GET /events', ...sent }: Sent & { route?: RouteKey } = {},
  ) => {
    const of = declared.find((one) => one.route === route);
    if (!of) throw new Error(`no function has ${route}`);
    const { routes, chargesItself } = of;
    const handlers = async () => Object.fromEntries(Object.keys(routes).map((one) => [one, handle]));
    const answer = httpFunction({
      ...{ routes, handlers, limits: async () => limits, chargesItself },
      ...{ open: true, log: silentLog },
    });
    return call((event: APIGatewayProxyEventV2, context) => answer({ ...event, routeKey: route }, context), {
      ...{ method: 'GET', path: '/' },
      ...(identity && { authorizer: contextOf(identity) }),
      ...sent,
    });
  };
  return { clock, ask };
}

test.each(declared.filter(({ route }) => route !== 'GET /health'))('$route costs a request', async ({ route }) => {
  const { ask } = world();
  expect(await ask(key, { route })).toMatchObject({
    status: 200,
    headers: { ratelimit: '"key-requests";r=9;t=1', 'ratelimit-policy': '"key-requests";q=10;w=10' },
  });
  for (let sent = 1; sent < 10; sent++) await ask(key, { route });
  expect(await ask(key, { route })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1', ratelimit: '"key-requests";r=0;t=10', 'content-type': 'application/problem+json' },
    body: { code: 'rate-limited', retryable: true },
  });
});

test('health costs nobody anything, and says nothing of limits', async () => {
  const { ask } = world(ok, { quota: 1, windowSeconds: 60 });
  for (let sent = 0; sent < 5; sent++) {
    const { status, headers } = await ask(key, { route: 'GET /health' });
    expect([status, headers.ratelimit]).toEqual([200, undefined]);
  }
});

test('who has no limit is told of none', async () => {
  const { rate: _, ...unlimited } = key;
  const { headers } = await world().ask(unlimited);
  expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
});

describe('what is refused', () => {
  it.each([
    ['for its scope', { ...key, scopes: [] }, {}, 403],
    ['for its query', key, { path: '/events?colour=red' }, 400],
    [
      'for a tenant that it may not name',
      { ...key, scopes: ['events:read'] as const },
      { path: '/events?tenant=b' },
      400,
    ],
  ])('%s costs what an answer costs, and is 429 once that is over', async (_, identity, sent, status) => {
    const { ask } = world();
    expect(await ask(identity, sent)).toMatchObject({ status, headers: { ratelimit: '"key-requests";r=9;t=1' } });
    for (let more = 1; more < 10; more++) expect((await ask(identity, sent)).status).toBe(status);
    expect((await ask(identity, sent)).status).toBe(429);
  });

  it.each<[string, HttpHandler, number]>([
    ['by its handler', async () => Promise.reject(new Error('broke')), 500],
    [
      'by its handler that takes the charge',
      async (_, __, charge) => charge.take(3).then(() => Promise.reject(new Error('broke'))),
      500,
    ],
  ])('%s costs one request', async (_, handle, status) => {
    const { ask } = world(handle);
    const route = 'POST /events';
    expect(await ask(key, { route })).toMatchObject({ status, headers: { ratelimit: '"key-requests";r=9;t=1' } });
  });

  it('for its rate costs nothing: who repeats it gets through when they were told to', async () => {
    const { clock, ask } = world();
    for (let sent = 0; sent < 10; sent++) await ask(key);
    for (let again = 0; again < 50; again++) expect((await ask(key)).headers['retry-after']).toBe('1');
    clock.advance(1000);
    expect((await ask(key)).status).toBe(200);
    expect((await ask(key)).status).toBe(429);
  });
});

test('a handler is not reached by what its key may not ask any more', async () => {
  let reached = 0;
  const { ask } = world(async () => ({ status: 200, body: { reached: reached++ } }));
  for (let sent = 0; sent < 13; sent++) await ask(key);
  expect(reached).toBe(10);
});

test('bytes are those of the body, after base64', async () => {
  const { ask } = world();
  const sender = { ...key, rate: { bytes: 419_431 } };
  const left = async (body: string | Uint8Array, contentType = 'application/json') =>
    (await ask(sender, { route: 'POST /events', body, headers: { 'content-type': contentType } })).headers.ratelimit;
  expect(await left('12€')).toMatch(/;r=4194305;/);
  expect(await left(new Uint8Array(1000), 'image/png')).toMatch(/;r=4193305;/);
});

test.each([4_194_304, 5_000_000])(
  'a body of %i bytes passes the smallest rate: it costs no more than may come',
  async (size) => {
    const { ask } = world();
    const sender = { ...key, rate: { bytes: 419_431 } };
    const sent = {
      route: 'POST /events',
      body: new Uint8Array(size),
      headers: { 'content-type': 'image/png' },
    } as const;
    expect(await ask(sender, sent)).toMatchObject({ status: 200, headers: { ratelimit: '"key-bytes";r=6;t=10' } });
  },
);

test('an operator pays for itself, wherever it acts', async () => {
  const { ask } = world();
  const operator: Identity = { ...key, tenant: 'ours', tenantRate: { requests: 1 } };
  const other: Identity = {
    ...key,
    key: { id: 'o', name: 'o' },
    tenant: 'theirs',
    tenantRate: { requests: 1 },
    rate: {},
  };
  await ask(operator, { path: '/events?tenant=theirs' });
  expect((await ask(operator)).headers.ratelimit).toBe('"key-requests";r=8;t=2');
  expect((await ask(other)).headers.ratelimit).toBe('"tenant-requests";r=9;t=1');
});

test('who is local without a key has no limits of a key, and the tenant’s', async () => {
  expect((await world().ask(undefined)).headers.ratelimit).toBeUndefined();
  const { headers } = await world(ok, { quota: 5, windowSeconds: 60 }).ask(undefined);
  expect(headers.ratelimit).toBe('"tenant-events";r=5;t=0');
});
