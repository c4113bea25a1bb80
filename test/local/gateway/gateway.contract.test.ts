import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { attachGateway } from '../../../local/gateway/gateway.ts';
import type { HapiMethod, HapiRequest } from '../../../local/gateway/hapi.ts';

/** A server that calls the gateway as hapi does for a matched route. */
async function start(invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>) {
  const methods = new Map<string, HapiMethod>();
  const failures: string[] = [];
  const gateway = attachGateway(
    { ext: (point, method) => void methods.set(point, method) },
    {
      routes: new Map([['POST /events', invoke]]),
      cors: { allowedOrigins: ['*'], exposedResponseHeaders: ['Location'] },
      failed: (routeKey, message) => failures.push(`${routeKey}: ${message}`),
    },
  );
  const toolkit = { continue: Symbol('continue'), abandon: Symbol('abandon') };
  const server = createServer(async (req, res) => {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const request: HapiRequest = {
      method: (req.method ?? '').toLowerCase(),
      headers: req.headers as HapiRequest['headers'],
      params: {},
      payload: Buffer.concat(parts),
      info: { remoteAddress: '127.0.0.1', received: 0 },
      raw: { req, res },
      route: { path: (req.url ?? '').split('?')[0] ?? '' },
    };
    await methods.get('onPreHandler')?.(request, toolkit);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const post = async (body = '{}', headers: Record<string, string> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { post, gateway, failures };
}
const says = (message: string) => JSON.stringify({ message });

test('a function that throws is a 500 in API Gateway’s words, and is told', async () => {
  const { post, failures } = await start(async () => {
    throw new Error('secret');
  });
  expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
  expect(failures).toEqual(['POST /events: secret']);
});

test('an event over 6 MB is a 413, though its body was under 10 MB', async () => {
  const { post } = await start(async () => ({ statusCode: 202 }));
  expect((await post('x'.repeat(6_200_000))).status).toBe(202);
  expect(await post('"'.repeat(3_200_000))).toMatchObject({ status: 413, text: says('Request Entity Too Large') });
});

test('an answer over 6 MB is a 500', async () => {
  const { post, failures } = await start(async () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) }));
  expect(await post()).toMatchObject({ status: 500, text: says('Internal Server Error') });
  expect(failures).toHaveLength(1);
});

test('a page of another origin may read the answer', async () => {
  const { post } = await start(async () => ({ statusCode: 200 }));
  const { headers } = await post('{}', { origin: 'https://shop.example' });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-expose-headers')).toBe('location');
  expect((await post()).headers.get('access-control-allow-origin')).toBeNull();
});

test('closing lets requests under way end and turns new ones away', async () => {
  const { post, gateway } = await start(() => wait(150, { statusCode: 200 }));
  const underWay = post();
  await wait(50);
  const closed = gateway.close(5000);
  expect((await post()).status).toBe(503);
  await closed;
  expect((await underWay).status).toBe(200);
});

test('closing waits no longer than it is told', async () => {
  const { post, gateway } = await start(() => wait(400, { statusCode: 200 }));
  const underWay = post();
  await wait(50);
  const before = performance.now();
  await gateway.close(50);
  expect(performance.now() - before).toBeLessThan(250);
  await underWay;
});
