import { describe, expect, it } from 'vitest';
import { NewerFormatError } from '../../../lib/core/errors.ts';
import type { Identity } from '../../../lib/core/identity.ts';
import { type HttpFunctionOptions, httpFunction } from '../../../lib/http/http-function.ts';
import type { HttpRequest } from '../../../lib/http/request.ts';
import { call, type Sent } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';

async function seen(sent: Sent, options: Partial<HttpFunctionOptions> = {}) {
  const calls: { request: HttpRequest; identity: Identity }[] = [];
  const handler = httpFunction(
    async (request, identity) => {
      calls.push({ request, identity });
      return { status: 200, body: {} };
    },
    { log: silentLog, ...options },
  );
  const answer = await call(handler, sent);
  return { answer, calls, ...calls[0] };
}

describe('an HTTP function', () => {
  it('reads a request of payload format 2.0', async () => {
    const { request } = await seen({
      method: 'GET',
      path: '/events/a%20b?x=1&x=2&y=%2B+',
      id: 'a b',
      headers: { Prefer: 'wait=1' },
    });
    expect(request).toMatchObject({
      method: 'GET',
      path: '/events/a%20b',
      pathParameters: { id: 'a b' },
      headers: { prefer: 'wait=1' },
      body: null,
    });
    expect(request?.query.getAll('x')).toEqual(['1', '2']);
    expect(request?.query.get('y')).toBe('+ ');
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
    const refuses = async () => Promise.reject(new NewerFormatError('the failure', 2));
    const answer = await call(httpFunction(refuses, { log: silentLog }), {});
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
    const handler = httpFunction(async () => Promise.reject(cause), { log });
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
    expect((await seen({ authorizer: key }, { scope: 'events:read' })).answer.status).toBe(200);
    expect((await seen({ authorizer: { ...key, scopes: '*' } }, { scope: 'failures:read' })).answer.status).toBe(200);
    const { answer, calls } = await seen({ authorizer: key }, { scope: 'failures:read' });
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', retryable: false, detail: expect.stringContaining('failures:read') },
    });
    expect(calls).toEqual([]);
  });
});
