import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Action } from '../../../../local/engines/sqs/actions.ts';
import { listenerOf } from '../../../../local/engines/sqs/listener.ts';

/** A server whose one action is this; it answers 404 what it would leave to fauxqs. */
async function serverWith(action: Action) {
  const server = createServer(
    listenerOf({
      world: { changes: 0 },
      actions: new Map([['SendMessage', action]]),
      region: 'eu-central-1',
      others: (_, response) => response.writeHead(404).end('{}'),
      pass: async () => ({ status: 404, headers: {}, text: '{}' }),
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return async (type: string) => {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': type, 'x-amz-target': 'AmazonSQS.SendMessage', connection: 'close' };
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: '{}' });
    return [answer.status, await answer.json()];
  };
}

test('a fault of an action is told as one of the engine, and not by a connection that is cut', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => told.mockRestore());
  const fault = new Error('of the engine');
  const ask = await serverWith(async () => Promise.reject(fault));
  expect(await ask('application/x-amz-json-1.0')).toEqual([
    500,
    { __type: 'com.amazonaws.sqs#InternalFailure', message: 'something broke here; the engine said what' },
  ]);
  expect(told).toHaveBeenCalledWith(fault);
});

test.each(['application/x-amz-json-1.0', 'Application/X-AMZ-JSON-1.1; charset=utf-8'])(
  'an action is done here for %s',
  async (type) => {
    const ask = await serverWith(async () => ({ MessageId: 'one' }));
    expect(await ask(type)).toEqual([200, { MessageId: 'one' }]);
  },
);

test('what is no JSON of AWS is left to fauxqs', async () => {
  const ask = await serverWith(async () => ({ MessageId: 'one' }));
  expect(await ask('application/x-www-form-urlencoded')).toEqual([404, {}]);
});
