import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../lib/core/access/identity.ts';
import { NewerFormatError } from '../../../lib/core/errors.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import type { HttpRequest } from '../../../lib/http/request.ts';
import type { Access } from '../../../lib/http/route.ts';
import { call, keyOf, type Sent } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';

async function seen(sent: Sent, access: Access = 'any key', open = true) {
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
    open,
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

  it('never lets an answer be cached, or taken for another kind of text than it says', async () => {
    expect((await seen({})).answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers 503 where newer code wrote what is asked about: that code is being deployed', async () => {
    const refused = async () => Promise.reject(new NewerFormatError('the failure', 2));
    const handlers = async () => ({ 'POST /events': refused });
    const answer = await call(
      httpFunction({ routes: { 'POST /events': 'any key' }, handlers, open: true, log: silentLog }),
      {},
    );
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
    const handler = httpFunction({ routes: { 'POST /events': 'any key' }, handlers, open: true, log });
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
    const sent = { method: 'GET', id: 'groups', ...keyOf('acme', 'events:read') };
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
  const { authorizer: key } = keyOf('acme', 'events:write events:read', 'till-1');

  it('is the tenant local on a stage that asks for no key', async () => {
    expect((await seen({})).identity).toEqual({
      tenant: 'local',
      key: { id: 'none', name: 'none' },
      scopes: ['operator'],
    });
  });

  it.each([true, false])('is whom the authorizer found, on a stage that is open: %s', async (open) => {
    const { identity } = await seen({ authorizer: key }, 'any key', open);
    expect(identity).toEqual({
      tenant: 'acme',
      key: { id: 'till-1', name: 'till-1' },
      scopes: ['events:write', 'events:read'],
    });
  });

  it('needs the scope of the route', async () => {
    expect((await seen({ authorizer: key }, 'events:read', false)).answer.status).toBe(200);
    expect((await seen({ authorizer: { ...key, scopes: 'operator' } }, 'failures:read')).answer.status).toBe(200);
    const { answer, calls } = await seen({ authorizer: key }, 'failures:read');
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', retryable: false, detail: expect.stringContaining('failures:read') },
    });
    expect(calls).toEqual([]);
  });

  it('needs no scope where a route is for any key', async () => {
    expect((await seen({ authorizer: { ...key, scopes: '' } }, 'any key', false)).answer.status).toBe(200);
    expect((await seen({}, 'any key', false)).answer.status).toBe(401);
  });

  it('is nobody where a route is for anyone, whatever an authorizer says', async () => {
    for (const authorizer of [undefined, key]) {
      const { answer, identity } = await seen({ ...(authorizer && { authorizer }) }, 'anyone', false);
      expect(answer.status).toBe(200);
      expect(identity).toMatchObject({ tenant: '', scopes: [] });
    }
  });
});
