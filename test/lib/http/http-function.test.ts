import { describe, expect, it } from 'vitest';
import { NewerFormatError } from '../../../lib/core/errors.ts';
import type { Identity } from '../../../lib/core/identity.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import type { HttpRequest } from '../../../lib/http/request.ts';
import type { Access } from '../../../lib/http/route.ts';
import { call, type Sent } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';

async function seen(sent: Sent, access: Access = 'any key') {
  const calls: { route: string; request: HttpRequest; identity: Identity }[] = [];
  const seeing = (route: string) => async (request: HttpRequest, identity: Identity) => {
    calls.push({ route, request, identity });
    return { status: 200, body: {} };
  };
  const handler = httpFunction({
    routes: { 'POST /events': access, 'GET /events/{id}': access, 'GET /failures/{id}': 'failures:read' },
    handlers: async () => ({
      'POST /events': seeing('POST /events'),
      'GET /events/{id}': seeing('GET /events/{id}'),
      'GET /failures/{id}': seeing('GET /failures/{id}'),
    }),
    log: silentLog,
  });
  const answer = await call(handler, sent);
  return { answer, calls, ...calls[0] };
}

describe('an HTTP function', () => {
  it('reads a request of payload format 2.0', async () => {
    const { request } = await seen({
      method: 'GET',
      path: '/events/a%20b?source=%2B+',
      id: 'a b',
      headers: { Prefer: 'wait=1' },
    });
    expect(request).toMatchObject({
      path: '/events/a%20b',
      pathParameters: { id: 'a b' },
      headers: { prefer: 'wait=1' },
      body: null,
    });
    expect(request?.query.get('source')).toBe('+ ');
  });

  it('honours base64, and keeps text as it came', async () => {
    const bytes = Buffer.from([0xff, 0x00]);
    expect((await seen({ body: bytes, headers: { 'content-type': 'image/png' } })).request?.body).toEqual(bytes);
    expect((await seen({ body: '{"a":"\ud800"}' })).request?.body).toBe('{"a":"\ud800"}');
  });

  it('never lets an answer be cached', async () => {
    expect((await seen({})).answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
  });

  it('answers 503 where newer code wrote what is asked about: that code is being deployed', async () => {
    const refused = async () => Promise.reject(new NewerFormatError('the failure', 2));
    const handlers = async () => ({ 'POST /events': refused });
    const answer = await call(httpFunction({ routes: { 'POST /events': 'any key' }, handlers, log: silentLog }), {});
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '30' },
      body: { code: 'store-unavailable', retryable: true },
    });
  });

  it('answers what it does not know with 500 and no details, and records the cause', async () => {
    const logged: unknown[] = [];
    const log = {
      ...silentLog,
      error: (message: string, details?: Record<string, unknown>) => void logged.push({ message, ...details }),
    };
    const cause = new Error('mongodb://user:secret@host broke');
    const handlers = async () => ({ 'POST /events': async () => Promise.reject(cause) });
    const handler = httpFunction({ routes: { 'POST /events': 'any key' }, handlers, log });
    const answer = await call(handler, {});
    expect(answer).toMatchObject({
      status: 500,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'internal-error', status: 500, retryable: false },
    });
    expect(JSON.stringify(answer)).not.toMatch(/secret|Error|stack|\.ts/);
    expect(logged).toEqual([{ message: 'a request broke', code: 'error', error: cause }]);
  });
});

describe('a request', () => {
  it('goes to the handler of its route, which is the only one whose scope counts', async () => {
    const authorizer = { tenant: 'acme', key: 'till-1', scopes: 'events:read' };
    const sent = { method: 'GET', id: 'groups', authorizer };
    const { calls } = await seen({ ...sent, path: '/events/groups' }, 'events:read');
    expect(calls.map(({ route }) => route)).toEqual(['GET /events/{id}']);
    const refused = await seen({ ...sent, path: '/failures/groups' }, 'events:read');
    expect(refused).toMatchObject({ answer: { status: 403 }, calls: [] });
  });

  it.each([
    { method: 'PUT', path: '/events' },
    { method: 'POST', path: '/constructor' },
    { method: 'GET', path: '/events/a/b', id: 'b' },
  ])('of no route is 404: $method $path', async (sent) => {
    const { answer, calls } = await seen(sent);
    expect(answer).toMatchObject({ status: 404, body: { code: 'route-unknown' } });
    expect(calls).toEqual([]);
  });
});

describe('who calls', () => {
  const key = { tenant: 'acme', key: 'till-1', scopes: 'events:write events:read' };

  it('is the tenant local where no authorizer stands', async () => {
    expect((await seen({})).identity).toEqual({ tenant: 'local', key: 'none', scopes: ['*'] });
  });

  it('is whom the authorizer found', async () => {
    const { identity } = await seen({ authorizer: key });
    expect(identity).toEqual({ tenant: 'acme', key: 'till-1', scopes: ['events:write', 'events:read'] });
  });

  it.each([{}, { tenant: 'A/B' }, { ...key, tenant: '' }, { ...key, scopes: undefined }])(
    'is never local when the authorizer says something strange: %j',
    async (authorizer) => {
      const { answer, calls } = await seen({ authorizer });
      expect(answer.status).toBe(500);
      expect(calls).toEqual([]);
    },
  );

  it('needs the scope of the route', async () => {
    expect((await seen({ authorizer: key }, 'events:read')).answer.status).toBe(200);
    expect((await seen({ authorizer: { ...key, scopes: '*' } }, 'failures:read')).answer.status).toBe(200);
    const { answer, calls } = await seen({ authorizer: key }, 'failures:read');
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', retryable: false, detail: expect.stringContaining('failures:read') },
    });
    expect(calls).toEqual([]);
  });

  it.each(['any key', 'anyone'] as const)('needs no scope where a route is for %s', async (access) => {
    expect((await seen({ authorizer: { ...key, scopes: '' } }, access)).answer.status).toBe(200);
  });
});
