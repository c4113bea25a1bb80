import { describe, expect, test } from 'vitest';
import { wholeStack } from '../support/e2e.ts';

const { caller, getJson } = await wholeStack();
const types = ['fault.seen', 'job.moved', 'job.run', 'note.kept', 'sample.taken'];

test('a page of this machine may send events, with every header of the contract', async () => {
  const asked = ['authorization', 'content-type', 'prefer', 'idempotency-key', 'traceparent', 'ce-id'];
  const response = await caller.fetch('/events', {
    method: 'OPTIONS',
    headers: {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked.join(','),
    },
  });
  expect(response.ok).toBe(true);
  const allowed = (response.headers.get('access-control-allow-headers') ?? '').toLowerCase();
  for (const header of asked) expect(allowed).toContain(header);
});

test('a key that is sent is looked at, although none is asked for', async () => {
  const [without, refused] = await Promise.all(
    [{}, { authorization: 'Bearer slc_local_0' }].map((headers) => caller.fetch('/events?limit=1', { headers })),
  );
  expect([without?.status, refused?.status]).toEqual([200, 403]);
  expect(await refused?.text()).toBe('{"message":"Forbidden"}');
});

test('health says which dependencies are up, and where none of them is', async () => {
  const response = await caller.fetch('/health');
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain('"up"');
  expect(text).not.toMatch(/mongodb:\/\/|redis:\/\/|127\.0\.0\.1/);
});

test('the event types come with schema and example', async () => {
  const { items } = await getJson<{ items: { type: string; schema: object; ordered: boolean }[] }>('/event-types');
  expect(items.map(({ type }) => type).sort()).toEqual(types);
  for (const item of items) expect(item).toMatchObject({ schema: { type: 'object' }, summary: expect.any(String) });
  expect(items.filter(({ ordered }) => ordered).map(({ type }) => type)).toEqual(['job.moved']);
});

describe('the API documents', () => {
  test.each([
    ['/openapi.json', 'openapi', /^3\.1/],
    ['/asyncapi.json', 'asyncapi', /^3\./],
  ])('%s names its version and every event type', async (path, member, version) => {
    const document = await getJson<Record<string, string>>(path);
    expect(document[member]).toMatch(version);
    for (const type of types) expect(JSON.stringify(document)).toContain(`"${type}"`);
  });
});
