import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { testing } from '#sluice/testing';
import greetingAsked from '../../../examples/handlers/outside-call.ts';

const world = testing([greetingAsked]);
afterAll(world.close);
afterEach(() => vi.unstubAllGlobals());

const event = { id: 'asked-once', data: greetingAsked.example };

/** Stands for the service: answers so, and hears each call. */
function serviceThat(answers: (call: RequestInit) => Promise<Response>) {
  const keys: string[] = [];
  vi.stubGlobal('fetch', (_: string, call: RequestInit) => {
    keys.push(new Headers(call.headers).get('idempotency-key') ?? 'none');
    return answers(call);
  });
  return keys;
}

test('the message is sent, and what the service calls it is kept', async () => {
  serviceThat(async () => Response.json({ messageId: 'm-1' }));
  const tenant = world.tenant();
  expect(await tenant.handle(greetingAsked, event)).toEqual({ outcome: 'succeeded', result: { messageId: 'm-1' } });
  expect(await tenant.find('greetings')).toEqual([{ messageId: 'm-1', to: '+4915112345678' }]);
  expect(tenant.log).toContainEqual({ level: 'info', message: 'sent', details: { messageId: 'm-1' } });
});

test('every attempt has one key, and another event has another', async () => {
  const keys = serviceThat(async () => new Response(null, { status: 503 }));
  const tenant = world.tenant();
  for (const _ of [1, 2]) expect(await tenant.handle(greetingAsked, event)).toMatchObject({ kind: 'error' });
  await tenant.handle(greetingAsked, { ...event, id: 'asked-twice' });
  const [first, second, other] = keys;
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test('a service that has too much to do says when to come again, and one that refuses is not asked again', async () => {
  const tenant = world.tenant();
  serviceThat(async () => new Response(null, { status: 429, headers: { 'retry-after': '120' } }));
  expect(await tenant.handle(greetingAsked, event)).toMatchObject({ kind: 'error', error: { seconds: 120 } });
  serviceThat(async () => new Response(null, { status: 400 }));
  expect(await tenant.handle(greetingAsked, event)).toMatchObject({
    kind: 'permanent',
    error: { code: 'message-refused' },
  });
});

test('a service that does not answer is not waited for beyond the time of the run', async () => {
  const end = new AbortController();
  let aborted = false;
  serviceThat(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
        end.abort();
      }),
  );
  const tenant = world.tenant();
  const handled = await tenant.handle(greetingAsked, event, { timeUp: end.signal });
  expect(handled).toMatchObject({ outcome: 'thrown', kind: 'error', error: { name: 'TimeoutError' } });
  expect(aborted).toBe(true);
  expect(await tenant.find('greetings')).toEqual([]);
});
