import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerOf } from '../../local/stack/caller.ts';
import { PATIENT, sharedStack } from '../support/e2e.ts';

const stack = await sharedStack();
const caller = callerOf(stack);

test('says where everything is, and gives a command to copy that works', async () => {
  const { api, banner } = stack;
  expect(banner).toContain(`API      ${api}`);
  expect(banner).toMatch(/MongoDB {2}\S+/);
  const [, body = ''] = / -d '(.+)'/s.exec(banner) ?? [];
  const response = await caller.fetch('/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  expect(await caller.client().wait(id, { seconds: PATIENT })).toMatchObject({ status: 'succeeded' });
});

test('is healthy', async () => {
  // Its budgets are those of the cloud; a busy machine may need a second look.
  await expect.poll(async () => (await caller.fetch('/health')).json()).toMatchObject({ status: 'up' });
});

test.each([
  ['GET', '/nowhere'],
  ['POST', '/'],
  ['DELETE', '/events'],
  ['GET', '/health/'],
])('%s %s is API Gateway’s 404', async (method, path) => {
  const response = await caller.fetch(path, { method });
  expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
});

test('GET / says what this is, and where to look', async () => {
  const program: { links: Record<string, string> } = JSON.parse(await (await caller.fetch('/')).text());
  expect(program).toMatchObject({ name: 'sluice', stage: 'local', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  const links = Object.values(program.links);
  for (const link of links) expect([link, (await caller.fetch(link)).status]).toEqual([link, 200]);
  const person = await caller.fetch('/', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  expect(person.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = await person.text();
  for (const link of links) expect(page).toContain(`href="${link}"`);
});

test('a body over 10 MB is API Gateway’s 413', async () => {
  const response = await caller.fetch('/events', { method: 'POST', body: Buffer.alloc(10_485_761) });
  expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
});

test('a web page of this machine may call and read', async () => {
  const origin = 'http://localhost:5173';
  const headers = { origin, 'access-control-request-method': 'POST' };
  const preflight = await caller.fetch('/events', { method: 'OPTIONS', headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  const answer = await caller.fetch('/health', { headers: { origin } });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('access-control-expose-headers')).toContain('location');
});

test('entry 33: one of elsewhere may not, and reads nothing, not even what is malformed or has no route', async () => {
  const origin = 'https://evil.example';
  const sent = await caller.fetch('/events', { method: 'POST', headers: { origin }, body: Buffer.from('{}') });
  expect(sent.status).toBe(403);
  expect(sent.headers.get('content-type')).toBe('application/problem+json');
  expect(await sent.json()).toMatchObject({ code: 'origin-not-allowed' });
  const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };
  for (const call of [preflight, { headers: { origin } }])
    for (const path of ['/events', '/nothing', '/%zz']) {
      const { headers } = await caller.fetch(path, call);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
});

test('200 requests at a time are answered', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 200 }, () => caller.fetch('/event-types').then(({ status }) => status)),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('a key is made, listed, rotated and revoked, and the audit tells of each', async () => {
  const name = `e2e ${randomUUID()}`;
  const answers = async (answer: Promise<Response>) => {
    const response = await answer;
    return {
      status: response.status,
      body: (await response.json()) as { id?: string; items?: unknown[] },
    };
  };
  const made = await answers(caller.post('/keys', { name, scopes: ['events:read'] }));
  expect(made).toMatchObject({ status: 201, body: { key: expect.stringMatching(/^slc_local_/) } });
  const path = `/keys/${made.body.id}`;
  expect(await answers(caller.post(`${path}/rotate`, { overlap: 0 }))).toMatchObject({ status: 200 });
  expect(await answers(caller.fetch(path, { method: 'DELETE' }))).toMatchObject({ status: 200 });
  const ofKey = async (list: string) => {
    const { body } = await answers(caller.fetch(list));
    return body.items?.filter((entry) => JSON.stringify(entry).includes(`"${made.body.id}"`));
  };
  expect(await ofKey('/keys?limit=200&tenant=*')).toMatchObject([{ name, revoked: expect.any(String) }]);
  expect(await ofKey('/audit?limit=200')).toMatchObject([
    { action: 'key.revoked' },
    { action: 'key.rotated' },
    { action: 'key.created' },
  ]);
  expect(await ofKey('/audit?limit=200&tenant=*&action=key.created')).toMatchObject([{ tenant: 'local' }]);
});
