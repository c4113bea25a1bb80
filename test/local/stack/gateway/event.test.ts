import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventOf, type RawRequest } from '../../../../local/stack/gateway/event.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does, differs } = claims('gateway', 'requests');
/** Payload format 2.0. */
const format = 'http-api-develop-integrations-lambda.html';
const routes = 'http-api-develop-routes.html';

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

does(format, 'A function gets the fields of payload format 2.0', () => {
  const event = eventOf(
    request({
      url: '/events/a%20b?source=x%20y&source=z',
      rawHeaders: ['Host', 'h', 'Cookie', 'a=1; b=2', 'X-Twice', '1', 'x-twice', '2', 'User-Agent', 'curl'],
    }),
    { routeKey: 'GET /events/{id}', pathParameters: { id: 'a b' } },
  );
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'GET /events/{id}',
    rawPath: '/events/a b',
    rawQueryString: 'source=x%20y&source=z',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({ host: 'h', 'x-twice': '1,2', 'user-agent': 'curl' }),
    queryStringParameters: { source: 'x y,z' },
    pathParameters: { id: 'a b' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'h',
      domainPrefix: 'local',
      http: { method: 'POST', path: '/events/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
      requestId: expect.stringMatching(/^[\w-]{16}$/),
      routeKey: 'GET /events/{id}',
      stage: '$default',
      time: '23/Nov/2026:13:39:32 +0000',
      timeEpoch: 1_795_441_172_000,
    },
    isBase64Encoded: false,
  });
});

does(format, 'Header names are in lower case, values of one name joined by a comma, cookies apart', () => {
  const { headers, cookies } = eventOf(request({ rawHeaders: ['X-A', '1', 'Cookie', 'c=1; d=2', 'x-a', '2'] }), route);
  expect(headers['x-a']).toBe('1,2');
  expect(headers).not.toHaveProperty('cookie');
  expect(cookies).toEqual(['c=1', 'd=2']);
});

test('names of an object’s prototype are names like any other', () => {
  const rawHeaders = ['Host', 'h', 'constructor', '1', '__proto__', '2', 'Constructor', '3'];
  const event = eventOf(request({ url: '/events?constructor=1&__proto__=2&toString=3', rawHeaders }), route);
  const { constructor: one, toString: three = '', ...others } = event.queryStringParameters ?? {};
  expect([one, Object.entries(others), three]).toEqual(['1', [['__proto__', '2']], '3']);
  expect(Object.entries(event.headers)).toEqual(
    expect.arrayContaining([
      ['constructor', '1,3'],
      ['__proto__', '2'],
    ]),
  );
  expect(event.headers.authorization).toBeUndefined();
});

does('http-api-parameter-mapping.html', 'x-forwarded-for, x-forwarded-port and x-amzn-trace-id are added', () => {
  const { headers } = eventOf(request({ rawHeaders: ['Host', 'h:3000', 'X-Forwarded-For', '192.0.2.1'] }), route);
  expect(headers).toMatchObject({
    'x-forwarded-for': '192.0.2.1, 127.0.0.1',
    'x-forwarded-port': '3000',
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
});

differs(format, 'Bytes of a header are UTF-8, and U+FFFD where they are not; of AWS it is not documented', () => {
  const raw = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding).toString('latin1');
  const rawHeaders = ['Ce-Subject', raw('voilà 東京', 'utf8'), 'Ce-Place', raw('voilà', 'latin1'), 'X-Plain', 'a%20b'];
  const { headers } = eventOf(request({ rawHeaders }), route);
  expect(headers).toMatchObject({ 'ce-subject': 'voilà 東京', 'ce-place': 'voil\ufffd', 'x-plain': 'a%20b' });
});

differs('http-api-parameter-mapping.html', 'x-forwarded-proto is http, where AWS speaks https only', () => {
  expect(eventOf(request(), route).headers['x-forwarded-proto']).toBe('http');
});

does(format, 'Each request has an id of its own', () => {
  const ids = [1, 2].map(() => eventOf(request(), route).requestContext.requestId);
  expect(ids[0]).not.toBe(ids[1]);
});

does(routes, 'Query parameters are decoded, those of one name joined by a comma; the raw query stays', () => {
  const event = eventOf(request({ url: '/events?a=1%2C2&a=3&b=%C3%A9' }), route);
  expect(event.queryStringParameters).toEqual({ a: '1,2,3', b: 'é' });
  expect(event.rawQueryString).toBe('a=1%2C2&a=3&b=%C3%A9');
});

does(routes, 'Paths are decoded', () => {
  const { rawPath, requestContext } = eventOf(request({ url: '/events/Zo%C3%AB' }), route);
  expect([rawPath, requestContext.http.path]).toEqual(['/events/Zoë', '/events/Zoë']);
});

differs(routes, 'A path that cannot be decoded stays as it came', () => {
  expect(eventOf(request({ url: '/events/%zz' }), route).rawPath).toBe('/events/%zz');
});

const body = Buffer.from('{"name":"Zoë"}');
for (const [what, rawHeaders, base64] of [
  ['application/json comes as text', ['content-type', 'application/json'], false],
  [
    'application/json with a parameter, in any case, comes as text',
    ['Content-Type', 'Application/JSON; charset=utf-8'],
    false,
  ],
  ['text/* comes as text', ['content-type', 'text/csv'], false],
  ['application/xml comes as text', ['content-type', 'application/xml'], false],
  ['application/javascript comes as text', ['content-type', 'application/javascript'], false],
  ['application/cloudevents+json comes as base64', ['content-type', 'application/cloudevents+json'], true],
  ['A body without a media type comes as base64, and no media type is made up', [], true],
  [
    'A body with a Content-Encoding comes as base64',
    ['content-type', 'application/json', 'content-encoding', 'gzip'],
    true,
  ],
] as const)
  does(format, what, () => {
    const event = eventOf(request({ rawHeaders, body }), route);
    expect(event.isBase64Encoded).toBe(base64);
    expect(Buffer.from(event.body ?? '', base64 ? 'base64' : 'utf8')).toEqual(body);
    expect('content-type' in event.headers).toBe(rawHeaders.length > 0);
  });

does(format, 'A gzip body comes byte for byte', () => {
  const bytes = gzipSync('x');
  const event = eventOf(request({ rawHeaders: ['content-encoding', 'gzip'], body: bytes }), route);
  expect(Buffer.from(event.body ?? '', 'base64')).toEqual(bytes);
});

does(format, 'A request without a body has no field for it', () => {
  expect(eventOf(request({ body: Buffer.alloc(0) }), route)).not.toHaveProperty('body');
});
