import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../../../lib/http/api-documents/openapi.ts';
import { isRoute } from '../../../../lib/http/route.ts';
import type { PublicationOutcome } from '../../../../lib/ports/publisher.ts';
import { httpFunctions } from '../../../../lib/wiring/functions/http-functions.ts';
import { keyOf, type Sent } from '../../../support/api-gateway.ts';
import { catalogue, ingestWorld } from '../../../support/ingest-world.ts';
import { callers, keysWorld } from '../../../support/keys-world.ts';
import { type Document, describedIn } from '../../../support/openapi/described.ts';
import { queryWorld } from '../../../support/query-world.ts';

const document: Document = JSON.parse(JSON.stringify(openApi(catalogue, httpFunctions, 'keys')));
const { allows, expectDescribed } = describedIn(document);
const operationAt = (path: string, method: string) => {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`${method} ${path} is not described`);
  return operation;
};

const event = { type: 'parcel.sent', id: 'e', data: { parcel: 'p' } };
const elsewhere = keyOf('local', 'events:write', 'k', { types: ['parcel.moved'], sources: ['/elsewhere'] });
const queue = (outcome: PublicationOutcome) => ({ publisher: { publish: async () => [outcome] } });

interface Refused {
  what: string;
  status: number;
  ports?: Parameters<typeof ingestWorld>[0];
  sent?: Sent;
}

describe('openapi.json knows what POST /events answers', () => {
  it.each<Refused>([
    { what: 'a key that is not for it', status: 403, sent: elsewhere },
    { what: 'what its queue will never take', status: 500, ports: queue('unacceptable') },
    { what: 'what is too large for its queue', status: 413, ports: queue({ tooLarge: true, most: 10 }) },
    { what: 'a queue that is silent', status: 503, ports: queue('unanswered') },
  ])('to $what, alone and in an array', async ({ status, ports, sent }) => {
    for (const body of [event, [event]]) {
      const answer = await ingestWorld(ports).post(body, {}, sent);
      expect(answer.status).toBe(status);
      expectDescribed(operationAt('/events', 'post'), answer);
    }
  });

  it('to a key over its rate, alone and in an array', async () => {
    for (const body of [event, [event]]) {
      const world = ingestWorld({}, { rateLimit: { quota: 1000, windowSeconds: 10 } });
      world.rates.tokens = 0;
      const answer = await world.post(body);
      expect(answer.status).toBe(429);
      expectDescribed(operationAt('/events', 'post'), answer);
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['text', { 'content-type': 'text/plain' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('to %s: 415', async (_, headers) => {
    const answer = await ingestWorld().post(gzipSync('{}'), headers);
    expect(answer.status).toBe(415);
    expectDescribed(operationAt('/events', 'post'), answer);
  });

  it('to whom no authorizer knows: 401', async () => {
    const answer = await ingestWorld().post(event, {}, { authorizer: {} });
    expect(answer.status).toBe(401);
    expectDescribed(operationAt('/events', 'post'), answer);
  });
});

it('knows a store that is silent, and a fault of ours', async () => {
  const world = queryWorld();
  world.mongoDown = true;
  expectDescribed(operationAt('/events/{id}', 'get'), await world.get('/events/e'));
  const { ask, keys } = keysWorld();
  keys.create = () => Promise.reject(new TypeError('a fault of ours'));
  const answer = await ask('POST /keys', callers.admin, { name: 'n', scopes: ['events:read'] });
  expect(answer.status).toBe(500);
  expectDescribed(operationAt('/keys', 'post'), answer);
});

const ways = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({
    route: `${method.toUpperCase()} ${path.replace(/#.*/, '').replace('/~', '/{id}')}`,
    what: `${method} ${path}`,
    responses,
  })),
);

it.each(ways)('$what: what the gateway may say itself is described', ({ route, responses }) => {
  const asksForKey = !httpFunctions.some(({ routes }) => isRoute(route, routes) && routes[route] === 'anyone');
  const said = Object.entries(responses).flatMap(([status, { content }]) => {
    const { schema = { not: {} } } = content?.['application/json'] ?? {};
    return Number(status) >= 400 && allows(schema, { message: 'Forbidden' }) ? [Number(status)] : [];
  });
  expect(said).toEqual(expect.arrayContaining(asksForKey ? [401, 403, 429, 500, 503] : [500, 503]));
});
