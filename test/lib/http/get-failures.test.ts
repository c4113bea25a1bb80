import { describe, expect, it } from 'vitest';
import { DependencyError } from '../../../lib/core/errors.ts';
import { getFailures } from '../../../lib/http/get-failures.ts';
import type { FailureQueries } from '../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import { call, keyOf, type Sent } from '../../support/api-gateway.ts';
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
    getFailure: async (tenants, id) => (tenants.includes(stored.tenant) && id === stored._id ? stored : null),
    listFailures: async (tenants, filter) => {
      asked.push({ tenants, filter });
      return { items: [stored], next: 'next-1' };
    },
    groupFailures: async (tenants, filter) => {
      asked.push({ tenants, filter });
      const { recordedtime } = stored;
      return [{ group: 'g', count: 3, first: recordedtime, last: recordedtime, example: stored }];
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
    expect(await desk().get('/failures/f-1', keyOf('acme', '*'))).toMatchObject(unknown);
  });
});

describe('GET /failures/groups', () => {
  it('shows how many look alike, since when, and the newest of them', async () => {
    const { asked, get } = desk();
    const { recordedtime } = failure;
    expect(await get('/failures/groups?cause=permanent&type=a.b&limit=5')).toMatchObject({
      status: 200,
      body: { items: [{ group: 'g', count: 3, first: recordedtime, last: recordedtime, example: { id: 'f-1' } }] },
    });
    expect(asked).toEqual([{ tenants: ['local', null], filter: { cause: 'permanent', type: 'a.b', limit: 5 } }]);
    expect(await get('/failures/groups?cause=bug')).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
  });
});

describe('GET /failures', () => {
  it('passes its filters on and pages', async () => {
    const { asked, get } = desk();
    const path =
      '/failures?type=a.b&status=open&cause=crashed&since=2026-11-23T12:00:00Z&until=2026-11-24T12:00:00Z&limit=7&cursor=c&group=g';
    const answer = await get(path);
    expect(asked).toEqual([
      {
        tenants: ['local', null],
        filter: {
          type: 'a.b',
          status: 'open',
          cause: 'crashed',
          since: '2026-11-23T12:00:00.000Z',
          until: '2026-11-24T12:00:00.000Z',
          limit: 7,
          cursor: 'c',
          group: 'g',
        },
      },
    ]);
    expect(answer.body).toMatchObject({ items: [{ id: 'f-1', attempted: 1 }], next: 'next-1' });
    expect(JSON.stringify(answer.body)).not.toContain('attempts');
    expect(answer.headers.link).toMatch(/^<\/failures\?.*cursor=next-1&group=g>; rel="next"$/);
  });

  it('shows what could not be decoded to whom everything is allowed, and to nobody else', async () => {
    const { asked, get } = desk();
    await get('/failures', keyOf('acme', 'failures:read'));
    await get('/failures', keyOf('acme', '*'));
    expect(asked).toMatchObject([{ tenants: ['acme'] }, { tenants: ['acme', null] }]);
  });

  it.each(['status=failed', 'status=', 'cause=bug', 'limit=500', 'since=x'])('is 400 for %s', async (query) => {
    const { asked, get } = desk();
    expect(await get(`/failures?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    expect(asked).toEqual([]);
  });

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
