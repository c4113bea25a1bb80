import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import type { Outcome } from '../../../lib/core/outcome.ts';
import type { SettledEvent } from '../../../lib/ports/results.ts';
import { keyOf } from '../../support/api-gateway.ts';
import { type QueryWorld, queryWorld, recordOf } from '../../support/query-world.ts';

const key = recordOf()._id;
const fingerprint = recordOf().fingerprint;

const settled: SettledEvent = {
  id: 'e',
  source: '/tenants/local',
  type: 'parcel.sent',
  time: '2026-11-23T11:59:59Z',
  recordedtime: '2026-11-23T12:00:00.000Z',
  extensions: { extra: 'x' },
  status: 'succeeded',
  attempts: [{ at: '2026-11-23T12:00:01.000Z', outcome: 'succeeded' }],
  result: { done: true },
};
const tell = (world: QueryWorld, outcome: Outcome, event?: SettledEvent) => {
  world.results.outcomes.set(key, { outcome, fingerprint, replay: 0 });
  if (event) world.results.settled.set(key, event);
};

describe('GET /events/{id}', () => {
  it('shows a settled event with everything that is known of it', async () => {
    const world = queryWorld();
    world.add(recordOf({ subject: 's', dataschema: 'https://example.org/s' }));
    const answer = await world.get('/events/e');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({
      id: 'e',
      source: '/tenants/local',
      type: 'parcel.sent',
      subject: 's',
      time: '2026-11-23T11:59:59Z',
      recordedtime: '2026-11-23T12:00:00.000Z',
      dataschema: 'https://example.org/s',
      extra: 'x',
      status: 'succeeded',
      attempts: [{ at: '2026-11-23T12:00:01.000Z', outcome: 'succeeded' }],
      data: { parcel: 'p' },
      result: { done: true },
      links: { self: '/events/e' },
    });
  });

  it.each([
    [
      'rejected',
      recordOf({ state: 'rejected', rejection: { reason: 'out-of-stock' } }),
      { status: 'rejected', rejection: { reason: 'out-of-stock' } },
    ],
    [
      'failed',
      recordOf({ state: 'failed', failure: { id: 'f-1', cause: 'permanent' } }),
      {
        status: 'failed',
        failure: { id: 'f-1', cause: 'permanent' },
        links: { self: '/events/e', failure: '/failures/f-1' },
      },
    ],
    ['retrying', recordOf({ state: 'retrying' }), { status: 'retrying' }],
    ['about to become a failure', recordOf({ state: 'failing' }), { status: 'retrying' }],
    ['expired', recordOf({ state: 'expired' }), { status: 'expired' }],
  ])('shows an event that is %s', async (_, record, shown) => {
    const world = queryWorld();
    world.add(record);
    expect(await world.get('/events/e')).toMatchObject({ status: 200, body: shown });
  });

  it('never lets an extension attribute hide a member of its own', async () => {
    const world = queryWorld();
    world.add(
      recordOf({
        extensions: JSON.stringify({ status: 'mine', data: 'mine', links: 'mine', attempts: 'mine', other: 'mine' }),
      }),
    );
    expect((await world.get('/events/e')).body).toMatchObject({
      status: 'succeeded',
      data: { parcel: 'p' },
      links: { self: '/events/e' },
      attempts: [{}],
      other: 'mine',
    });
  });

  it('nor pass for one that is not there', async () => {
    const world = queryWorld();
    const forged = { rejection: 'mine', failure: 'mine', result: 'mine', other: 'mine' };
    const { result, ...without } = recordOf({ extensions: JSON.stringify(forged) });
    world.add(without);
    const { body } = await world.get('/events/e');
    expect(body).toHaveProperty('other', 'mine');
    for (const name of ['rejection', 'failure', 'result']) expect(body).not.toHaveProperty(name);
  });

  it.each([
    ['/events/~?id=a%2Fb%3Fc', 'a/b?c'],
    ['/events/~?id=~', '~'],
    ['/events/~?id=%C3%BC%20%2B', 'ü +'],
    ['/events/~?id=e', 'e'],
    ['/events/A.b_c:d@e-9', 'A.b_c:d@e-9'],
    ['/events/a%252Fb', 'a%2Fb'],
  ])('finds by %s the id %s', async (path, id) => {
    const world = queryWorld();
    world.add(recordOf({ id }));
    expect(await world.get(path)).toMatchObject({ status: 200, body: { id } });
  });

  it('finds an event of another source only with that source', async () => {
    const world = queryWorld();
    world.add(recordOf({ source: '/site?a=1&b' }));
    expect((await world.get('/events/e')).status).toBe(404);
    expect((await world.get('/events/e?source=%2Fsite%3Fa%3D1%26b')).body).toMatchObject({
      source: '/site?a=1&b',
      links: { self: '/events/e?source=%2Fsite%3Fa%3D1%26b' },
    });
    expect((await world.get('/events/e?source=%2Ftenants%2Flocal')).status).toBe(404);
  });

  it('never shows an event of another tenant', async () => {
    const world = queryWorld();
    world.add(recordOf());
    expect(await world.get('/events/e?source=%2Ftenants%2Flocal', {}, keyOf('acme', 'events:read'))).toMatchObject({
      status: 404,
      body: { code: 'event-unknown' },
    });
  });

  it('is 404 for what nobody knows', async () => {
    const world = queryWorld();
    expect(await world.get('/events/nothing')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'event-unknown', retryable: false },
    });
    for (const path of [`/events/${'x'.repeat(300)}`, '/events/%F0%9F%98%80', '/events/~?id=%00']) {
      expect((await world.get(path)).status).toBe(404);
    }
  });

  it.each(['/events/~', '/events/~?id=', '/events/~?id=a&id=b', '/events/e?source=', '/events/e?source=a&source=b'])(
    'is 400 for %s',
    async (path) => {
      expect(await queryWorld().get(path)).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    },
  );
});

describe('the status of an event that no consumer has seen', () => {
  it('is accepted while its claim is confirmed, with no attempts and no data', async () => {
    const world = queryWorld();
    await world.claim('e', { confirmed: true, subject: 's' });
    const answer = await world.get('/events/e');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: 'e',
      source: '/tenants/local',
      type: 'parcel.sent',
      subject: 's',
      time: '2026-11-23T11:59:59Z',
      recordedtime: '2026-11-23T12:00:00.000Z',
      status: 'accepted',
      attempts: [],
      links: { self: '/events/e' },
    });
  });

  it('is unknown while its claim is not confirmed', async () => {
    const world = queryWorld();
    await world.claim('e');
    expect((await world.get('/events/e')).status).toBe(404);
  });

  it('is what MongoDB says, whatever the claim', async () => {
    const world = queryWorld();
    await world.claim('e', { confirmed: true });
    world.add(recordOf({ state: 'retrying' }));
    expect((await world.get('/events/e')).body).toMatchObject({ status: 'retrying' });
  });

  it('is 503, never 404, when Redis cannot be read and MongoDB knows nothing (protocol: never-404-in-doubt)', async () => {
    const world = queryWorld();
    world.claims.fault = 'silent';
    expect(await world.get('/events/e')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'store-unavailable', retryable: true },
    });
  });
});

describe('an event that waits says why, and until when (protocol: says-why-it-waits)', () => {
  const dueAt = new Date('2026-11-23T12:10:00.000Z');
  const retry = { at: dueAt.toISOString(), why: 'retry' };
  const noted = (world: QueryWorld, at: string) => world.results.noted.set(key, { at, why: 'outage' });
  const next = async (world: QueryWorld) => (await world.get('/events/e')).body.next;

  it('for its next attempt, as its record says', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying', dueAt }));
    expect(await next(world)).toEqual(retry);
    world.results.silent = true;
    expect(await next(world)).toEqual(retry);
  });

  it('for what a handler waits for at no cost of an attempt, by its code', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying', dueAt, dueFor: 'partner-closed' }));
    expect(await next(world)).toEqual({ ...retry, code: 'partner-closed' });
  });

  it('for what is not in its record, as consumers noted', async () => {
    const world = queryWorld();
    await world.claim('e', { confirmed: true });
    world.results.noted.set(key, { at: retry.at, why: 'settings-missing' });
    expect((await world.get('/events/e')).body).toMatchObject({
      status: 'accepted',
      next: { at: retry.at, why: 'settings-missing' },
    });
  });

  it('by the later of the two', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying', dueAt }));
    noted(world, '2026-11-23T12:09:59.999Z');
    expect(await next(world)).toEqual(retry);
    noted(world, '2026-11-23T12:10:00.001Z');
    expect(await next(world)).toEqual({ at: '2026-11-23T12:10:00.001Z', why: 'outage' });
  });

  it('not where nobody knows, nor once it is settled, nor in a list', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying' }));
    expect(await next(world)).toBeUndefined();
    noted(world, retry.at);
    world.add(recordOf({ extensions: '{"next":"x"}' }));
    expect(await next(world)).toBeUndefined();
    world.page = { items: [recordOf({ state: 'retrying', dueAt })], next: null };
    expect((await world.get('/events')).body).not.toHaveProperty('items.0.next');
  });
});

describe('while MongoDB cannot be read', () => {
  const down = () => {
    const world = queryWorld();
    world.mongoDown = true;
    return world;
  };
  const unavailable = { status: 503, headers: { 'retry-after': '2' }, body: { code: 'store-unavailable' } };

  it('the settled event answers, without data', async () => {
    const world = down();
    tell(world, 'succeeded', settled);
    const answer = await world.get('/events/e');
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'succeeded', extra: 'x', result: { done: true }, links: { self: '/events/e' } },
    });
    expect(answer.body).not.toHaveProperty('data');
  });

  it('the outcome alone answers with what the claim knows', async () => {
    const world = down();
    await world.claim('e', { confirmed: true });
    tell(world, 'rejected');
    expect(await world.get('/events/e')).toMatchObject({
      status: 200,
      body: { id: 'e', type: 'parcel.sent', status: 'rejected', attempts: [] },
    });
  });

  it('a bare claim is 503, because the event may be settled already (protocol: nothing-seems-to-go-back)', async () => {
    const world = down();
    await world.claim('e', { confirmed: true });
    expect(await world.get('/events/e')).toMatchObject(unavailable);
  });

  it('nothing known is 503, never 404', async () => {
    expect(await down().get('/events/e')).toMatchObject(unavailable);
  });

  it('and Redis neither: 503', async () => {
    const world = down();
    world.results.silent = true;
    expect(await world.get('/events/e')).toMatchObject(unavailable);
  });

  it('an outcome whose claim cannot be read is 503', async () => {
    const world = down();
    tell(world, 'succeeded');
    world.claims.fault = 'silent';
    expect(await world.get('/events/e')).toMatchObject(unavailable);
  });

  it('a list is 503', async () => {
    expect(await down().get('/events')).toMatchObject({
      ...unavailable,
      body: { code: 'store-unavailable', retryable: true },
    });
  });
});

describe('Prefer: wait on GET', () => {
  const wait = { prefer: 'wait=5' };

  it('answers when the event settles, with its data', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying' }));
    world.results.meanwhile = () => {
      world.add(recordOf());
      tell(world, 'succeeded', settled);
    };
    expect(await world.get('/events/e', wait)).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'wait=5' },
      body: { status: 'succeeded', data: { parcel: 'p' } },
    });
    expect(world.results.slots).toBe(100);
  });

  it('waits for an event that is only accepted', async () => {
    const world = queryWorld();
    await world.claim('e', { confirmed: true });
    world.results.meanwhile = () => world.add(recordOf());
    expect((await world.get('/events/e', wait)).body).toMatchObject({ status: 'succeeded' });
  });

  it('is 200 with the present status when the time is over', async () => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying' }));
    expect(await world.get('/events/e', wait)).toMatchObject({ status: 200, body: { status: 'retrying' } });
    expect(world.results.waits).toEqual([5000]);
  });

  it.each([
    ['a settled event', recordOf(), wait],
    ['wait=0', recordOf({ state: 'retrying' }), { prefer: 'wait=0' }],
    ['a value that is not all digits', recordOf({ state: 'retrying' }), { prefer: 'wait=soon' }],
  ])('answers %s at once', async (_, record, headers) => {
    const world = queryWorld();
    world.add(record);
    expect((await world.get('/events/e', headers)).status).toBe(200);
    expect(world.results.waits).toEqual([]);
  });

  it('an operator who acts in another tenant waits in a place of its own', async () => {
    const world = queryWorld();
    world.add(recordOf({ tenant: 'theirs', state: 'retrying' }));
    const operator = { tenant: 'ours', key: { id: 'k-1', name: 'k' }, scopes: ['operator'], waits: 3 } as const;
    const asked = { id: 'e', authorizer: contextOf(operator) };
    expect((await world.get('/events/e?tenant=theirs', wait, asked)).body).toMatchObject({ status: 'retrying' });
    expect(world.results.waiters).toEqual([{ tenant: 'ours', key: 'k-1', places: 3 }]);
  });

  it('does not wait for an event that nobody knows', async () => {
    const world = queryWorld();
    expect((await world.get('/events/e', wait)).status).toBe(404);
    expect(world.results.waits).toEqual([]);
  });

  it.each(['slots', 'Redis'])('answers at once without %s', async (missing) => {
    const world = queryWorld();
    world.add(recordOf({ state: 'retrying' }));
    if (missing === 'slots') world.results.slots = 0;
    else world.results.silent = true;
    expect(await world.get('/events/e', wait)).toMatchObject({ status: 200, body: { status: 'retrying' } });
    expect(world.results.waits).toEqual([]);
  });
});

describe('GET /events?order=settled', () => {
  it('lists what has settled, when it did, and always where to go on (protocol: followed-without-a-gap)', async () => {
    const world = queryWorld();
    const settledAt = new Date('2026-11-23T12:00:02.000Z');
    world.page = { items: [recordOf({ settledAt })], next: null };
    const path = '/events?order=settled&status=succeeded&type=parcel.sent&since=2026-11-23T12:00:00Z&limit=3';
    const { status, headers, body } = await world.get(path);
    expect([status, body.next, headers.link]).toEqual([
      200,
      expect.stringMatching(/next$/),
      expect.stringMatching(/cursor=[\w-]+next>/),
    ]);
    expect(body.items).toMatchObject([{ id: 'e', status: 'succeeded', settledtime: settledAt.toISOString() }]);
    expect(JSON.stringify(body)).not.toContain('"data"');
    const filter = { limit: 3, type: 'parcel.sent', status: 'succeeded', since: '2026-11-23T12:00:00.000Z' };
    expect(world.asked).toEqual([{ tenant: 'local', filter }]);
  });

  it.each(['order=newest', 'order=', 'order=settled&until=2026-11-23T12:00:00Z', 'order=settled&status=retrying'])(
    '?%s is 400',
    async (query) => {
      const answer = await queryWorld().get(`/events?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    },
  );

  it('with the cursor of another list is 400', async () => {
    const answer = await queryWorld().get('/events?order=settled&cursor=strange');
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-parameter', parameter: 'cursor' } });
  });
});

describe('GET /events', () => {
  it('shows events without data and result, and the way to the next page', async () => {
    const world = queryWorld();
    world.page = { items: [recordOf()], next: 'next-1' };
    const answer = await world.get('/events?type=parcel.sent&limit=1&since=2026-01-01T00:00:00Z');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      items: [{ id: 'e', extra: 'x', status: 'succeeded', links: { self: '/events/e' } }],
      next: expect.any(String),
    });
    expect(answer.body).not.toHaveProperty('items.0.data');
    expect(answer.body).not.toHaveProperty('items.0.result');
    const query = `type=parcel.sent&limit=1&since=2026-01-01T00%3A00%3A00Z&cursor=${answer.body.next}`;
    expect(answer.headers.link).toBe(`</events?${query}>; rel="next"`);
    await world.get(`/events?${query}`);
    expect(world.asked).toMatchObject([{}, { filter: { cursor: 'next-1' } }]);
  });

  it('has no Link on the last page', async () => {
    const answer = await queryWorld().get('/events');
    expect(answer.body).toEqual({ items: [], next: null });
    expect(answer.headers).not.toHaveProperty('link');
  });

  it.each([
    ['/events', { limit: 50 }],
    ['/events?limit=1', { limit: 1 }],
    ['/events?limit=200', { limit: 200 }],
    ['/events?type=no.such', { limit: 50, type: 'no.such' }],
    ['/events?status=retrying', { limit: 50, status: 'retrying' }],
    ['/events?status=failed', { limit: 50, status: 'failed' }],
    ['/events?since=2026-11-23T13:00:00%2B01:00', { limit: 50, since: '2026-11-23T12:00:00.000Z' }],
    ['/events?since=2026-11-23T12:00:00.0001Z', { limit: 50, since: '2026-11-23T12:00:00.001Z' }],
    ['/events?until=2026-11-23T12:00:00.1230Z', { limit: 50, until: '2026-11-23T12:00:00.123Z' }],
    ['/events?until=2016-12-31T23:59:60Z', { limit: 50, until: '2017-01-01T00:00:00.000Z' }],
    ['/events?until=9999-12-31T23:59:59.99999Z', { limit: 50, until: '9999-12-31T23:59:59.999Z' }],
    ['/events?since=0000-01-01T00:00:00%2B01:00', { limit: 50, since: '0000-01-01T00:00:00.000Z' }],
  ])('asks MongoDB what %s says', async (path, filter) => {
    const world = queryWorld();
    expect((await world.get(path)).status).toBe(200);
    expect(world.asked).toEqual([{ tenant: 'local', filter }]);
  });

  it.each([
    ['limit=0', /1 to 200/],
    ['stauts=failed', /is it status/],
    ['code=x', /not understood/],
    ['limit=201', /1 to 200/],
    ['limit=-1', /limit/],
    ['limit=1.5', /limit/],
    ['limit=1e1', /limit/],
    ['limit=', /empty/],
    ['limit=ten', /limit/],
    ['limit=1&limit=2', /more than once/],
    ['status=accepted', /accepted.*seen/],
    ['status=done', /one of/],
    ['status=', /empty/],
    ['status=failing', /one of/],
    ['status=constructor', /one of/],
    ['since=yesterday', /RFC 3339/],
    ['since=2026-11-23', /RFC 3339/],
    ['since=2026-02-30T00:00:00Z', /RFC 3339/],
    ['until=2026-11-23T12:00:00+01:00', /RFC 3339/],
    ['until=', /empty/],
    ['cursor=', /empty/],
    ['cursor=strange', /cursor/],
    ['type=', /empty/],
  ])('is 400 for %s', async (query, words) => {
    const world = queryWorld();
    expect(await world.get(`/events?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter', detail: expect.stringMatching(words), retryable: false },
    });
  });
});

describe('an event that only Redis knows', () => {
  it.each([
    ['a claim', async (world: QueryWorld) => world.claim('e', { confirmed: true })],
    [
      'a settled event, while MongoDB is silent',
      async (world: QueryWorld) => {
        world.mongoDown = true;
        tell(world, 'succeeded', settled);
      },
    ],
  ])('is not there to a key for another type: %s', async (_, known) => {
    const world = queryWorld();
    await known(world);
    const ask = (type: string) => world.get('/events/e', {}, keyOf('local', 'events:read', 'k', { types: [type] }));
    expect((await ask('parcel.sent')).status).toBe(200);
    expect(await ask('other.type')).toMatchObject({ status: 404, body: { code: 'event-unknown' } });
  });
});
