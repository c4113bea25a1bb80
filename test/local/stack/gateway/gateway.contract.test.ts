import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { attachGateway, type GatewayOptions } from '../../../../local/stack/gateway/gateway.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does, differs } = claims('gateway', 'limits and faults');
const format = 'http-api-develop-integrations-lambda.html';
const quotas = 'http-api-quotas.html';
const lambdaLimits = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const routesPage = 'http-api-develop-routes.html';
const corsPage = 'http-api-cors.html';

async function start(
  invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>,
  integrationMs?: number,
  allowedOrigins: readonly string[] = ['*'],
  authorize: GatewayOptions['authorize'] = async (event) => ({ event }),
) {
  const failures: string[] = [];
  const server = createServer();
  const gateway = attachGateway(server, {
    routes: new Map([['POST /events', invoke]]),
    authorize,
    cors: { allowedOrigins, allowedMethods: ['GET', 'POST'], exposedResponseHeaders: ['Location'] },
    ...(integrationMs !== undefined && { integrationMs }),
    failed: (routeKey, message) => failures.push(`${routeKey}: ${message}`),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const ask = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const post = (body = '{}', headers: Record<string, string> = {}) =>
    ask('', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return { ask, post, gateway, failures };
}
const says = (message: string) => JSON.stringify({ message });

does(format, 'A function that throws is a 500, {"message":"Internal Server Error"}', async () => {
  const { post, failures } = await start(async () => {
    throw new Error('secret');
  });
  expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
  expect(failures).toEqual(['POST /events: secret']);
});

does(format, 'A malformed answer is a 500, {"message":"Internal Server Error"}', async () => {
  const { post, failures } = await start(async () => ({ statusCode: 200, body: { a: 1 } }));
  expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
  expect(failures).toEqual(['POST /events: the answer is not in the format of a Lambda proxy integration']);
});

does(quotas, 'A function that takes over 30 s is a 503, {"message":"Service Unavailable"}', async () => {
  const { post } = await start(() => new Promise(() => {}), 50);
  expect(await post()).toMatchObject({ status: 503, text: says('Service Unavailable') });
});

does(lambdaLimits, 'An event over 6 MB is a 413, {"message":"Request Entity Too Large"}', async () => {
  const { post } = await start(async () => ({ statusCode: 202 }));
  expect((await post('x'.repeat(6_200_000))).status).toBe(202);
  expect(await post('"'.repeat(3_200_000))).toMatchObject({ status: 413, text: says('Request Entity Too Large') });
});

does(lambdaLimits, 'An answer over 6 MB is a 500', async () => {
  const answering = (body: string) => start(async () => ({ statusCode: 200, body }));
  // Lambda hands a body on as text in JSON, where a quote has two bytes.
  for (const body of ['x'.repeat(6 * 1024 * 1024 + 1), '"'.repeat(3_200_000), '\u0001'.repeat(1_100_000)]) {
    const { post, failures } = await answering(body);
    expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
    expect(failures).toEqual([
      expect.stringMatching(/^POST \/events: the answer has \d+ bytes, Lambda takes 6291456$/),
    ]);
  }
  for (const body of ['x'.repeat(6_200_000), '"'.repeat(3_100_000)]) {
    const { post } = await answering(body);
    expect((await post()).status).toBe(200);
  }
});

for (const [what, path, method] of [
  ['A path without a route', '/none', 'POST'],
  ['A method without a route', '', 'PUT'],
  ['HEAD where only GET or POST has a route', '', 'HEAD'],
  ['A slash at the end of a path', '/', 'POST'],
  ['An encoded slash in a path', '%2Fa', 'POST'],
] as const)
  does(routesPage, `${what} is a 404, {"message":"Not Found"}`, async () => {
    const { ask } = await start(async () => ({ statusCode: 202 }));
    const answered = await ask(path, { method });
    expect(answered).toMatchObject({ status: 404, text: method === 'HEAD' ? '' : says('Not Found') });
  });

differs(routesPage, 'An encoded slash is a 404 also where the decoded path has a route', async () => {
  const { ask } = await start(async () => ({ statusCode: 202 }));
  expect((await ask('/../%2Fevents', { method: 'POST' })).status).toBe(404);
});

differs(quotas, 'Request line and headers may have 16 KB, where AWS takes 10 KB', async () => {
  const { post } = await start(async () => ({ statusCode: 202 }));
  expect((await post('{}', { 'x-long': 'x'.repeat(12_000) })).status).toBe(202);
});

does(corsPage, 'A page of another origin may read the answer, as provider.httpApi.cors says', async () => {
  const { post } = await start(async () => ({ statusCode: 200 }));
  const { headers } = await post('{}', { origin: 'https://site.example' });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-expose-headers')).toBe('location');
  expect((await post()).headers.get('access-control-allow-origin')).toBeNull();
});

differs(
  corsPage,
  'A page of this machine may call in any case, and none of elsewhere unless the stage names it',
  async () => {
    let runs = 0;
    const answer = async () => ({ statusCode: 200, body: String(++runs) });
    const { ask, post } = await start(answer, undefined, ['https://site.example']);
    for (const origin of ['http://localhost:5173', 'https://site.example']) {
      const read = await post('{}', { origin });
      expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      const preflight = await ask('', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
      expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,POST');
    }
    for (const origin of ['https://evil.example', 'null']) {
      const bodies = [
        ['{}', 'application/json'],
        ['{}', 'text/plain'],
        ['{}', undefined],
      ] as const;
      for (const [body, type] of bodies) {
        const refused = await ask('', {
          method: 'POST',
          body: Buffer.from(body),
          headers: { origin, ...(type && { 'content-type': type }) },
        });
        expect(refused.status).toBe(403);
        expect(JSON.parse(refused.text)).toMatchObject({ code: 'origin-not-allowed', retryable: false });
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      }
      const headers = { origin, 'access-control-request-method': 'POST' };
      const preflight = await ask('', { method: 'OPTIONS', headers });
      expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(runs).toBe(2);
  },
);

test('a fault of the gateway itself is a 500 that is told, and no connection that breaks off', async () => {
  const { post, failures } = await start(
    async () => ({ statusCode: 200 }),
    undefined,
    ['*'],
    async () => {
      throw new Error('a fault');
    },
  );
  expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
  expect(failures).toEqual(['POST /events: a fault']);
});

/** A gateway with one request that is under way until it is told to end. */
async function underWay() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<object>();
  const { post, gateway } = await start(() => {
    begun.resolve();
    return end.promise;
  });
  const answer = post();
  await begun.promise;
  return { post, gateway, answer, end: () => end.resolve({ statusCode: 200 }) };
}

test('closing lets requests under way end and turns new ones away', async () => {
  const { post, gateway, answer, end } = await underWay();
  const closed = gateway.close(60_000);
  expect((await post()).status).toBe(503);
  end();
  await closed;
  expect((await answer).status).toBe(200);
});

test('closing waits no longer than it is told', async () => {
  const { gateway, answer, end } = await underWay();
  await gateway.close(50);
  end();
  await answer;
});
