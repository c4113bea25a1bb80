import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../../lib/core/access/key-entry.ts';
import { getEvents } from '../../../lib/http/get-events.ts';
import { getFailures } from '../../../lib/http/get-failures.ts';
import { postFailures } from '../../../lib/http/post-failures.ts';
import { replays } from '../../../lib/http/replays.ts';
import { isRoute, partsOf, type RouteKey } from '../../../lib/http/route.ts';
import type { FailureDesk } from '../../../lib/ports/failure-desk.ts';
import type { Reach } from '../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { ReplayJob } from '../../../lib/ports/replay-jobs.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { call, keyOf } from '../../support/api-gateway.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { isReached } from '../../support/is-reached.ts';
import { silentLog } from '../../support/log.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';
import { queryWorld, recordOf } from '../../support/query-world.ts';
import { served } from '../../support/served.ts';

const source = '/depot';
const type = 'parcel.sent';
const record = recordOf({ tenant: 'acme', source, type, data: '{"name":"p"}', state: 'failed' });
const failure: FailureRecord = {
  ...{ _id: 'f-1', tenant: 'acme', eventKey: record._id, type, source, cause: 'permanent', code: 'c', message: 'm' },
  ...{ group: 'g', event: JSON.stringify({ id: 'e', source, type, time: record.time }), data: record.data },
  ...{ fingerprint: record.fingerprint, replay: 0, attempts: [], recordedtime: record.recordedtime, state: 'open' },
};
const job: ReplayJob = {
  ...{ _id: 'j-1', tenant: 'acme', filter: {}, within: { types: [type], sources: [source] }, rate: 1 },
  ...{ state: 'running', matched: 1, passedOver: 0, pending: [], createdtime: record.recordedtime },
};

/** One of everything, of one tenant, type and source. */
function world() {
  const queries = queryWorld();
  queries.add(record);
  const desk: FailureDesk = {
    change: async (reach, id, decide) => {
      if (id !== failure._id || !isReached(reach, failure)) return null;
      decide({ failure, record, replacementSeen: false });
      return failure;
    },
  };
  const found = async (id: string, reach: Reach = { tenants: 'all' }) =>
    id === job._id && isReached(reach, { tenant: job.tenant, type, source }) ? job : null;
  const none = async () => null;
  const done = async () => undefined;
  const outcomes = { succeeded: 0, rejected: 0, expired: 0, failedAgain: 0, waiting: 0 };
  const publisher = { publish: async (all: readonly object[]) => all.map(() => 'sent' as const) };
  const ports = { publisher, clock: fakeClock(), queueUrlPrefix: 'http://queue/' };
  return served({
    ...getEvents(queries.ports),
    ...getFailures({
      getFailure: async (reach, id) => (id === failure._id && isReached(reach, failure) ? failure : null),
      listFailures: async (reach) => ({ items: isReached(reach, failure) ? [failure] : [], next: null }),
      groupFailures: async () => ({ items: [], next: null }),
    }),
    ...postFailures({
      ...{ ...ports, desk, claims: { confirm: done }, outcomes: { forget: done }, log: silentLog },
      metrics: silentMetrics,
      catalogue: catalogueOfTypes([type]),
    }),
    ...replays({
      ...ports,
      jobs: {
        ...{ count: async () => 0, sample: async () => [], create: async () => true, running: none, get: found },
        list: async (reach) => ({ items: [await found(job._id, reach)].flatMap((one) => one ?? []), next: null }),
        outcomes: async (some) => some.map(() => outcomes),
        ...{ hasReplayed: async () => false, lastTaken: async () => 0, wake: async () => true, next: none, take: none },
        ...{ tell: done, end: done, cancel: found },
      },
    }),
  });
}

/** Every route that names what came of events, with what it names and how it is called. */
const ids: Readonly<Record<string, { id: string; query?: string; body?: string }>> = {
  'GET /events/{id}': { id: 'e', query: `source=${source}` },
  'GET /failures/{id}': { id: 'f-1' },
  'POST /failures/{id}/replay': { id: 'f-1' },
  'POST /failures/{id}/discard': { id: 'f-1', body: '{"reason":"r"}' },
  'GET /replays/{id}': { id: 'j-1' },
  'DELETE /replays/{id}': { id: 'j-1' },
};
const named = httpFunctions
  // Keys and tenants are not held to bounds: test/lib/http/keys.test.ts.
  .filter(({ name }) => name !== 'keys')
  .flatMap(({ routes }) => Object.keys(routes).flatMap((route): RouteKey[] => (isRoute(route, routes) ? [route] : [])))
  .filter((route) => route.includes('{'));
const scopes = 'events:write events:read failures:read failures:write';
const handler = world();

function ask(route: RouteKey, tenant: string, bounds: Bounds = {}, more = '', allowed = scopes) {
  const { id = '', query, body } = ids[route] ?? {};
  const { method, path } = partsOf(route);
  return call(handler, {
    ...{ method, id, path: `${path.replace('{id}', id)}?${[query, more].filter(Boolean).join('&')}` },
    ...(body !== undefined && { body }),
    ...keyOf(tenant, allowed, 'k', bounds),
  });
}

test('every route that names what came of events is in the matrix', () =>
  expect(Object.keys(ids)).toEqual(expect.arrayContaining(named)));

describe.each(named)('%s', (route) => {
  test.each<[string, string, Bounds?]>([
    ['without bounds', 'acme'],
    ['within them', 'acme', { types: ['other.type', type], sources: [source, '/other'] }],
  ])('is there for its tenant, %s', async (_, tenant, bounds) =>
    expect((await ask(route, tenant, bounds)).status).toBeLessThan(300),
  );

  test.each<[string, string, Bounds?]>([
    ['another tenant', 'other'],
    ['a key for another type', 'acme', { types: ['other.type'] }],
    ['a key for another source', 'acme', { sources: ['/tenants/acme'] }],
    ['a key for the type and another source', 'acme', { types: [type], sources: ['/other'] }],
  ])('is 404 for %s', async (_, tenant, bounds) =>
    expect(await ask(route, tenant, bounds)).toMatchObject({
      status: 404,
      body: { code: expect.stringMatching(/^(event|failure|replay)-unknown$/) },
    }),
  );

  test('is there for an operator of another tenant who names its tenant, within the bounds of the key', async () => {
    expect((await ask(route, 'other', {}, 'tenant=acme', 'operator')).status).toBeLessThan(300);
    expect((await ask(route, 'other', {}, '', 'operator')).status).toBe(404);
    expect((await ask(route, 'acme', {}, 'tenant=other', 'operator')).status).toBe(404);
    expect((await ask(route, 'other', { types: ['other.type'] }, 'tenant=acme', 'operator')).status).toBe(404);
  });

  test.each(['tenant=acme', 'tenant=other', 'tenant=*'])('%s is 400 from any other key', async (query) =>
    expect(await ask(route, 'acme', {}, query)).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter', parameter: 'tenant' },
    }),
  );

  test.each(['*', 'A', 'a'.repeat(65), 'a,b', '$ne'])('tenant=%s names nobody', async (tenant) =>
    expect((await ask(route, 'acme', {}, `tenant=${tenant}`, 'operator')).status).toBe(400),
  );
});

describe.each(['/failures', '/replays'])('GET %s', (path) => {
  const list = async (tenant: string, query: string, bounds: Bounds = {}) => {
    const { body } = await call(handler, {
      method: 'GET',
      path: `${path}${query}`,
      ...keyOf(tenant, 'operator', 'k', bounds),
    });
    return Array.isArray(body.items) ? body.items : [];
  };

  test('shows an operator its own tenant, the one that is named, or all with whose each is', async () => {
    expect(await list('other', '')).toEqual([]);
    expect(await list('other', '?tenant=acme')).toEqual([expect.not.objectContaining({ tenant: 'acme' })]);
    expect(await list('other', '?tenant=*')).toEqual([expect.objectContaining({ tenant: 'acme' })]);
    expect(await list('other', '?tenant=*', { types: ['other.type'] })).toEqual([]);
  });
});
