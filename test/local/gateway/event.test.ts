import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { eventOf, type RawRequest } from '../../../local/gateway/event.ts';

const request = (changes: Partial<RawRequest> = {}): RawRequest => ({
  method: 'post',
  url: '/events',
  rawHeaders: ['Host', 'localhost:3000'],
  body: null,
  sourceIp: '127.0.0.1',
  received: Date.UTC(2026, 10, 23, 13, 39, 32),
  ...changes,
});
const route = { routeKey: 'POST /events', pathParameters: {} };

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('the event of an HTTP API, payload format 2.0', () => {
  test('has the fields that AWS gives it', () => {
    const event = eventOf(
      request({
        url: '/events/a%2Fb?source=x%20y&source=z',
        rawHeaders: ['Host', 'h', 'Cookie', 'a=1; b=2', 'X-Twice', '1', 'x-twice', '2', 'User-Agent', 'curl'],
      }),
      { routeKey: 'GET /events/{id}', pathParameters: { id: 'a/b' } },
    );
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /events/{id}',
      rawPath: '/events/a/b',
      rawQueryString: 'source=x%20y&source=z',
      cookies: ['a=1', 'b=2'],
      headers: { host: 'h', 'x-twice': '1,2', 'user-agent': 'curl' },
      queryStringParameters: { source: 'x y,z' },
      pathParameters: { id: 'a/b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'h',
        domainPrefix: 'local',
        http: { method: 'POST', path: '/events/a/b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
        requestId: expect.stringMatching(/^[\w-]{16}$/),
        routeKey: 'GET /events/{id}',
        stage: '$default',
        time: '23/Nov/2026:13:39:32 +0000',
        timeEpoch: 1_795_441_172_000,
      },
      isBase64Encoded: false,
    });
  });

  test('two requests have two ids', () => {
    const ids = [1, 2].map(() => eventOf(request(), route).requestContext.requestId);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('a path that cannot be decoded stays as it came', () => {
    expect(eventOf(request({ url: '/events/%zz' }), route).rawPath).toBe('/events/%zz');
  });

  const body = Buffer.from('{"name":"Zoë"}');
  test.each<[string, string[], boolean]>([
    ['application/json is text', ['content-type', 'application/json'], false],
    ['with a parameter, in any case, too', ['Content-Type', 'Application/JSON; charset=utf-8'], false],
    ['text/* is text', ['content-type', 'text/csv'], false],
    ['application/xml is text', ['content-type', 'application/xml'], false],
    ['application/javascript is text', ['content-type', 'application/javascript'], false],
    ['application/cloudevents+json is base64', ['content-type', 'application/cloudevents+json'], true],
    ['a body without a type is base64', [], true],
    [
      'a body with a Content-Encoding is base64',
      ['content-type', 'application/json', 'content-encoding', 'gzip'],
      true,
    ],
  ])('%s', (_, rawHeaders, base64) => {
    const event = eventOf(request({ rawHeaders, body }), route);
    expect(event.isBase64Encoded).toBe(base64);
    expect(Buffer.from(event.body ?? '', base64 ? 'base64' : 'utf8')).toEqual(body);
  });

  test('bytes that are no text arrive unchanged', () => {
    const bytes = gzipSync('x');
    const event = eventOf(request({ rawHeaders: ['content-encoding', 'gzip'], body: bytes }), route);
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(bytes);
  });

  test('no body is no body', () => {
    expect(eventOf(request({ body: Buffer.alloc(0) }), route)).not.toHaveProperty('body');
  });
});
