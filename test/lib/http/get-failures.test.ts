import { describe, expect, it } from 'vitest';
import { DependencyError } from '../../../lib/core/errors.ts';
import { getFailures } from '../../../lib/http/get-failures.ts';
import type { FailureQueries } from '../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import { call, keyOf, type Sent } from '../../support/api-gateway.ts';
import { isReached } from '../../support/is-reached.ts';
import { served } from '../../support/served.ts';

const failure: FailureRecord = {
  _id: 'f-1',
  tenant: 'local',
  eventKey: 'k',
  type: 'parcel.sent',
  cause: 'permanent',
  code: 'no-address',
  message: 'the parcel has no address',
  group: 'g',
  event: '{"id":"e","source":"/s"}',
  data: '{"parcel":"p"}',
  fingerprint: 'f',
  replay: 0,
  attempts: [{ at: '2026-11-23T12:00:00.000Z', outcome: 'error', error: { code: 'no-address', message: 'm' } }],
  recordedtime: '2026-11-23T12:00:00.000Z',
  state: 'open',
};

function desk(stored: FailureRecord = failure) {
  const asked: unknown[] = [];
  const queries: FailureQueries = {
    getFailure: async (reach, id) => (isReached(reach, stored) && id === stored._id ? stored : null),
    listFailures: async ({ tenants }, filter) => {
      asked.push({ tenants, filter });
      return { items: [stored], next: 'next-1' };
    },
    groupFailures: async ({ tenants }, filter) => {
      asked.push({ tenants, filter });
      const { recordedtime } = stored;
      const found = { group: 'g', counts: { open: 3 }, first: recordedtime, last: recordedtime, example: stored };
      return { items: [found], next: 'MyBn' };
    },
  };
  const handler = served(getFailures(queries));
  const get = (path: string, sent: Sent = {}) => {
    const id = /^\/failures\/(?!groups)([^?]*)/.exec(path)?.[1];
    return call(handler, { method: 'GET', path, ...(id !== undefined && { id }), ...sent });
  };
  return { asked, get };
}

describe('GET /failures/{id}', () => {
  it('shows all that the desk knows, and nothing of how it is stored', async () => {
    const answer = await desk().get('/failures/f-1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: 'f-1',
      cause: 'permanent',
      code: 'no-address',
      message: 'the parcel has no address',
      group: 'g',
      event: { id: 'e', source: '/s', data: { parcel: 'p' } },
      attempted: 1,
      attempts: failure.attempts,
      recordedtime: '2026-11-23T12:00:00.000Z',
      state: 'open',
      replays: 0,
      links: { self: '/failures/f-1', event: '/events/e?source=%2Fs' },
    });
  });

  it('shows what was done about it: replays, the event that came instead, why it was discarded', async () => {
    const publication = { queueUrl: 'http://queue', body: 'secret' };
    const replaced = await desk({
      ...failure,
      state: 'replayed',
      replay: 2,
      replacement: { key: 'k', id: 'e-2', source: '/tenants/local', publication },
      discarded: { reason: 'a test', at: '2026-11-23T12:00:00.000Z' },
    }).get('/failures/f-1');
    expect(replaced.body).toMatchObject({
      state: 'replayed',
      replays: 2,
      replacement: { id: 'e-2', source: '/tenants/local', links: { self: '/events/e-2' } },
      discarded: { reason: 'a test', at: '2026-11-23T12:00:00.000Z' },
    });
    expect(JSON.stringify(replaced.body)).not.toContain('secret');
  });

  it('links no event where another one stands under its id', async () => {
    const { body } = await desk({ ...failure, cause: 'id-reused' }).get('/failures/f-1');
    expect(body.links).toEqual({ self: '/failures/f-1' });
  });

  it('shows a null event for what could not be decoded', async () => {
    const { get } = desk({ ...failure, event: null, cause: 'undecodable', body: 'secret' });
    const { body } = await get('/failures/f-1');
    expect(body).toMatchObject({ event: null, cause: 'undecodable' });
    expect(body).not.toHaveProperty('body');
  });

  it('is 404 for what is not there, and for what is another tenant’s', async () => {
    const unknown = { status: 404, body: { code: 'failure-unknown' } };
    expect(await desk().get('/failures/f-2')).toMatchObject(unknown);
    expect(await desk().get('/failures/f-1', keyOf('acme', 'operator'))).toMatchObject(unknown);
  });
});

describe('GET /failures/groups', () => {
  it('shows how many look alike, since when, and the newest of them', async () => {
    const { asked, get } = desk();
    const { recordedtime } = failure;
    const answer = await get('/failures/groups?cause=permanent&code=no-address&type=a.b&limit=5');
    const { type, cause, code, message } = failure;
    expect(answer).toMatchObject({ status: 200, body: { next: expect.any(String) } });
    expect(answer.body.items).toEqual([
      {
        ...{ group: 'g', type, cause, code, message, counts: { open: 3 }, first: recordedtime, last: recordedtime },
        example: expect.objectContaining({ id: 'f-1' }),
      },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('attempts');
    const filter = { cause: 'permanent', code: 'no-address', type: 'a.b', limit: 5, status: ['open', 'failed-again'] };
    expect(asked).toEqual([{ tenants: ['local', null], filter }]);
    expect(await get('/failures/groups?cause=bug')).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
  });
});

describe('GET /failures', () => {
  it('passes its filters on and pages', async () => {
    const { asked, get } = desk();
    const filters =
      'type=a.b&status=discarded,open&cause=crashed&since=2026-11-23T12:00:00Z&until=2026-11-24T12:00:00Z&group=g&source=/s';
    const { body, headers } = await get(`/failures?${filters}&limit=7`);
    const filter = {
      type: 'a.b',
      status: ['open', 'discarded'],
      cause: 'crashed',
      since: '2026-11-23T12:00:00.000Z',
      until: '2026-11-24T12:00:00.000Z',
      limit: 7,
      group: 'g',
      source: '/s',
    };
    expect(body).toMatchObject({ items: [{ id: 'f-1', attempted: 1 }] });
    expect(JSON.stringify(body)).not.toContain('attempts');
    const link = /^<(\/failures\?.*)>; rel="next"$/.exec(headers.link ?? '')?.[1] ?? '';
    expect(new URLSearchParams(link.split('?')[1]).get('cursor')).toBe(body.next);
    await get(link);
    await get(`/failures?${filters}&limit=9&cursor=${body.next}`);
    const tenants = ['local', null];
    expect(asked).toEqual([
      { tenants, filter },
      { tenants, filter: { ...filter, cursor: 'next-1' } },
      { tenants, filter: { ...filter, limit: 9, cursor: 'next-1' } },
    ]);
  });

  it('entry 19: shows what waits for a person, unless it is asked for more', async () => {
    const { asked, get } = desk();
    await get('/failures');
    await get('/failures/groups');
    await get('/failures?status=open,replaying,replayed,failed-again,discarded');
    expect(asked).toMatchObject([
      { filter: { status: ['open', 'failed-again'] } },
      { filter: { status: ['open', 'failed-again'] } },
      { filter: { status: ['open', 'replaying', 'replayed', 'failed-again', 'discarded'] } },
    ]);
  });

  it('entry 42: takes no cursor but that of this list, this filter and this tenant', async () => {
    const { asked, get } = desk();
    const { body } = await get('/failures?cause=crashed', keyOf('acme', 'operator'));
    asked.length = 0;
    const next = String(body.next);
    const strange: [string, Sent?][] = [
      [`/failures?cursor=${next}`, keyOf('acme', 'operator')],
      [`/failures?cause=permanent&cursor=${next}`, keyOf('acme', 'operator')],
      [`/failures?cause=crashed&status=open&cursor=${next}`, keyOf('acme', 'operator')],
      [`/failures/groups?cause=crashed&cursor=${next}`, keyOf('acme', 'operator')],
      [`/failures?cause=crashed&cursor=${next}`, keyOf('other', 'operator')],
      [`/failures?cause=crashed&cursor=${next}x`, keyOf('acme', 'operator')],
      [`/failures?cause=crashed&cursor=${next.slice(1)}`, keyOf('acme', 'operator')],
      [`/failures?cause=crashed&cursor=3${next.slice(1)}`, keyOf('acme', 'operator')],
      [`/failures?cause=crashed&cursor=${'2'.repeat(5000)}`, keyOf('acme', 'operator')],
    ];
    for (const [path, sent] of strange) {
      expect(await get(path, sent), path.slice(0, 80)).toMatchObject({
        status: 400,
        body: { code: 'invalid-parameter', parameter: 'cursor' },
      });
    }
    expect(asked).toEqual([]);
    expect((await get(`/failures?cause=crashed&cursor=${next}`, keyOf('acme', 'operator'))).status).toBe(200);
  });

  it('shows what could not be decoded to whom everything is allowed, and to nobody else', async () => {
    const { asked, get } = desk();
    await get('/failures', keyOf('acme', 'failures:read'));
    await get('/failures', keyOf('acme', 'operator'));
    expect(asked).toMatchObject([{ tenants: ['acme'] }, { tenants: ['acme', null] }]);
  });

  it.each(['status=failed', 'status=open,', 'status=open,shut', 'status=', 'cause=bug', 'limit=500', 'since=x'])(
    'is 400 for %s',
    async (query) => {
      const { asked, get } = desk();
      expect(await get(`/failures?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
      expect(asked).toEqual([]);
    },
  );

  it('is 503 while MongoDB is silent', async () => {
    const silent = async () => {
      throw new DependencyError('mongodb', 'silent at mongodb://user:secret@host');
    };
    const handler = served(getFailures({ getFailure: silent, listFailures: silent, groupFailures: silent }));
    for (const sent of [{ path: '/failures' }, { path: '/failures/groups' }, { path: '/failures/f', id: 'f' }]) {
      const answer = await call(handler, { method: 'GET', ...sent });
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'retry-after': '2' },
        body: { code: 'store-unavailable', retryable: true },
      });
      expect(JSON.stringify(answer)).not.toContain('secret');
    }
  });
});
