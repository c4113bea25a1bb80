import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { testing } from '#sluice/testing';
import greetingAsked from '../../../examples/handlers/outside-call.ts';

const world = testing([greetingAsked]);
afterAll(world.close);

const event = { id: 'asked-once', data: greetingAsked.example };

/** Stands for the service, on a port of this machine. @returns the settings that lead to it */
async function serviceThat(answers: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { env: { MESSAGES_URL: `http://127.0.0.1:${port}/` } };
}

test('the message is sent, and what the service calls it is kept', async () => {
  const service = await serviceThat((_, response) => response.end('{"messageId":"m-1"}'));
  const tenant = world.tenant();
  const handled = await tenant.handle(greetingAsked, event, service);
  expect(handled).toEqual({ outcome: 'succeeded', result: { messageId: 'm-1' } });
  expect(await tenant.find('greetings')).toEqual([{ messageId: 'm-1', to: '+4915112345678' }]);
  expect(tenant.log).toContainEqual({ level: 'info', message: 'sent', details: { messageId: 'm-1' } });
});

test('every attempt has one key, and another event has another', async () => {
  const keys: unknown[] = [];
  const service = await serviceThat(({ headers }, response) => {
    keys.push(headers['idempotency-key']);
    response.writeHead(500).end();
  });
  const tenant = world.tenant();
  for (const attempts of [1, 2])
    expect(await tenant.handle(greetingAsked, event, service)).toMatchObject({
      kind: 'error',
      attempts,
      counted: true,
    });
  await tenant.handle(greetingAsked, { ...event, id: 'asked-twice' }, service);
  const [first, second, other] = keys;
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test('a service that has too much to do says when to come again, and one that refuses is not asked again', async () => {
  const tenant = world.tenant();
  const busy = await serviceThat((_, response) => response.writeHead(429, { 'retry-after': '120' }).end());
  expect(await tenant.handle(greetingAsked, event, busy)).toMatchObject({
    kind: 'error',
    error: { code: 'message-service-busy', seconds: 120 },
    nextAt: expect.any(Date),
  });
  const refusing = await serviceThat((_, response) => response.writeHead(400).end());
  expect(await tenant.handle(greetingAsked, event, refusing)).toMatchObject({
    kind: 'permanent',
    error: { code: 'message-refused' },
    nextAt: undefined,
  });
});

test('a service that does not answer is not waited for beyond the time of the run', async () => {
  const end = new AbortController();
  const closed = Promise.withResolvers<void>();
  const service = await serviceThat((request) => {
    request.on('close', () => closed.resolve());
    end.abort();
  });
  const tenant = world.tenant();
  const handled = await tenant.handle(greetingAsked, event, { ...service, timeUp: end.signal });
  expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: { name: 'TimeoutError' } });
  await closed.promise;
  expect(await tenant.find('greetings')).toEqual([]);
});
