import { expect, test } from 'vitest';
import { type Caller, callerOf } from '../../../local/stack/caller.ts';
import { type ReceivedRequest, scriptedServer } from '../../support/http-server.ts';

const receipt = { id: 'a', status: 'accepted' };

/** What reached the server. */
async function received(call: (caller: Caller) => Promise<unknown>): Promise<ReceivedRequest> {
  await using server = await scriptedServer(() => ({ status: 202, body: receipt }));
  await call(callerOf({ api: server.url }));
  const [request, ...others] = server.requests;
  if (!request || others.length > 0) throw new Error(`${server.requests.length} requests`);
  return request;
}

test('a request goes to its path at the address of the stack, as it was given', async () => {
  const init = { method: 'DELETE', headers: { prefer: 'wait=1' }, body: 'x' };
  expect(await received((caller) => caller.fetch('/replays/1?a=b', init))).toMatchObject({
    method: 'DELETE',
    path: '/replays/1?a=b',
    headers: { prefer: 'wait=1' },
    body: 'x',
  });
  expect(await received((caller) => caller.fetch('/health'))).toMatchObject({ method: 'GET', path: '/health' });
});

test('a value is posted as JSON, with the headers that are given over its own', async () => {
  const request = await received((caller) => caller.post('/events', { a: 1 }, { headers: { prefer: 'wait=1' } }));
  const headers = { 'content-type': 'application/json', prefer: 'wait=1' };
  expect(request).toMatchObject({ method: 'POST', path: '/events', headers, body: '{"a":1}' });
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  expect(await received((caller) => caller.post('/events', [], { headers: batch }))).toMatchObject({ headers: batch });
});

test('nothing is posted without a body, and without its type', async () => {
  const { method, headers, body } = await received((caller) => caller.post('/failures/1/replay'));
  expect([method, headers['content-type'], body]).toEqual(['POST', undefined, '']);
});

test('a request ends when its signal says so', async () => {
  await using server = await scriptedServer(() => ({ hang: true }));
  const caller = callerOf({ api: server.url });
  await expect(caller.fetch('/health', { signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
  await expect(caller.post('/events', {}, { signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
});

test('the client calls the same stack', async () => {
  const request = await received((caller) => caller.client().send({ type: 'a.b', data: 1 }));
  expect(request).toMatchObject({ method: 'POST', path: '/events' });
});

test('every request carries the key of a stack that asks for one, also the client’s', async () => {
  const call = async (send: (caller: Caller) => Promise<unknown>) => {
    await using server = await scriptedServer(() => ({ status: 202, body: receipt }));
    await send(callerOf({ api: server.url, key: 'slc_local_x' }));
    return server.requests.map(({ headers }) => headers.authorization);
  };
  const headers = { prefer: 'wait=1' };
  expect(await call((caller) => caller.fetch('/events', { headers }))).toEqual(['Bearer slc_local_x']);
  expect(await call((caller) => caller.post('/events', {}))).toEqual(['Bearer slc_local_x']);
  expect(await call((caller) => caller.client().send({ type: 'a.b', data: 1 }))).toEqual(['Bearer slc_local_x']);
  expect((await received((caller) => caller.fetch('/health'))).headers).not.toHaveProperty('authorization');
});

test('headers that a caller adds come over its own; addresses are whole', () => {
  const caller = callerOf({ api: 'http://localhost:3000' });
  expect(caller.headers({ authorization: 'mine' })).toMatchObject({ authorization: 'mine' });
  expect(caller.url('/events?limit=1')).toBe('http://localhost:3000/events?limit=1');
});
