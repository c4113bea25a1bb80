import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readApiKey } from '../../../lib/core/access/api-key.ts';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import type { Sent } from '../../support/api-gateway.ts';
import { callers, keysWorld } from '../../support/keys-world.ts';

const { admin, operator, reader, stranger } = callers;
const wanted = { name: 'till 3', scopes: ['events:read'] };

async function withKey(caller: Sent = admin, body: object = wanted) {
  const world = keysWorld();
  const { body: made } = await world.ask('POST /keys', caller, body);
  return { ...world, made, id: String(made.id), text: String(made.key) };
}

describe('POST /keys', () => {
  test('shows the key once, and it is in no answer after it, nor in anything that is kept', async () => {
    const { ask, keys, made, id, text } = await withKey();
    expect(made).toEqual({
      ...{ id, name: 'till 3', tenant: 'mine', scopes: ['events:read'], last4: text.slice(-4), key: text },
      ...{ createdtime: expect.any(String), by: { key: 'admin', name: 'admin' } },
    });
    expect(readApiKey(text)).toMatchObject({ stage: 'dev' });
    const answers = [
      await ask('GET /keys', admin),
      await ask('GET /audit', admin),
      await ask('POST /keys/{id}/rotate', admin, { overlap: 5 }, id),
      await ask('DELETE /keys/{id}', admin, undefined, id),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(JSON.stringify([answers, [...keys.all.values()], keys.audit])).not.toContain(text);
    // Nor what it is found by, in any answer: it is what the store keeps in its place.
    expect(keys.all.get(id)?.before?.hash).toBe(readApiKey(text)?.hash);
    expect(JSON.stringify([made, answers])).not.toContain(readApiKey(text)?.hash);
    expect(JSON.stringify([made, answers])).not.toContain(keys.all.get(id)?.hash);
  });

  test.each([
    [{ scopes: ['events:write'] }, 'scopes'],
    [{ scopes: ['operator'] }, 'operator'],
    [{ tenant: 'mine' }, 'tenant'],
    [{ tenant: 'theirs' }, 'tenant'],
  ])('of more than its maker has is 403: %j', async (more, exceeds) => {
    const { ask } = keysWorld();
    const refused = await ask('POST /keys', admin, { ...wanted, ...more });
    expect(refused).toMatchObject({ status: 403, body: { code: 'grant-exceeds-key', exceeds: [exceeds] } });
  });

  test('makes for an operator a key of another tenant', async () => {
    const { made } = await withKey(operator, { ...wanted, tenant: 'theirs' });
    expect(made).toMatchObject({ tenant: 'theirs', by: { key: 'operator' } });
  });

  test.each([
    [{}, 'name'],
    [{ ...wanted, name: 'ä' }, 'name'],
    [{ ...wanted, name: null }, 'name'],
    [{ name: 'a' }, 'scopes'],
    [{ ...wanted, scopes: [] }, 'scopes'],
    [{ ...wanted, scopes: ['events:read', 'events:read'] }, 'scopes'],
    [{ ...wanted, scopes: ['events:reed'] }, 'scopes.0'],
    [{ ...wanted, types: Array.from({ length: 51 }, (_, index) => `a.b${index}`) }, 'types'],
    [{ ...wanted, sources: Array.from({ length: 21 }, (_, index) => `/s${index}`) }, 'sources'],
    [{ ...wanted, sources: ['a b'] }, 'sources.0'],
    [{ ...wanted, expires: 'tomorrow' }, 'expires'],
    [{ ...wanted, expires: '2026-01-01T00:00:00Z' }, 'expires'],
    [{ ...wanted, expires: '2026-11-23T12:00:00Z' }, 'expires'],
    [{ ...wanted, expires: '2026-11-23T13:00:00+01:00' }, 'expires'],
    [{ ...wanted, rate: { bytes: 419_430 } }, 'rate.bytes'],
    [{ ...wanted, rate: { event: 1 } }, 'rate'],
    [{ ...wanted, scope: 'events:read' }, 'scope'],
    [{ ...wanted, tenant: 'local' }, 'tenant'],
  ])('refuses %j by name', async (body, parameter) => {
    const { ask } = keysWorld();
    const refused = await ask('POST /keys', operator, body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-parameter', parameter } });
  });

  test('takes no tenant in its query, were it an operator’s', async () => {
    const { ask } = keysWorld();
    expect(await ask('POST /keys?tenant=theirs', operator, wanted)).toMatchObject({ status: 400 });
  });
});

describe('keys of a tenant', () => {
  test('are 404 and in no list for another tenant’s key; an operator names the tenant', async () => {
    const { ask, id } = await withKey();
    const revoke = (caller: Sent, query = '') => ask(`DELETE /keys/{id}${query}`, caller, undefined, id);
    for (const caller of [stranger, operator])
      for (const asked of [revoke(caller), ask('POST /keys/{id}/rotate', caller, {}, id)])
        expect(await asked).toMatchObject({ status: 404, body: { code: 'key-unknown' } });
    expect(await ask('GET /keys', stranger)).toMatchObject({ status: 200, body: { items: [], next: null } });
    expect(await ask('GET /keys', operator)).toMatchObject({ status: 200, body: { items: [] } });
    for (const tenant of ['mine', '*'])
      expect(await ask(`GET /keys?tenant=${tenant}`, operator)).toMatchObject({
        status: 200,
        body: { items: [{ id, tenant: 'mine' }] },
      });
    expect(await revoke(operator, '?tenant=mine')).toMatchObject({ status: 200 });
  });

  test.each(['mine', 'theirs', '*'])('of tenant=%s are an operator’s to ask for', async (tenant) => {
    const { ask, id } = await withKey();
    const refusal = { status: 400, body: { code: 'invalid-parameter', parameter: 'tenant' } };
    expect(await ask(`GET /keys?tenant=${tenant}`, admin)).toMatchObject(refusal);
    expect(await ask(`GET /audit?tenant=${tenant}`, admin)).toMatchObject(refusal);
    expect(await ask(`DELETE /keys/{id}?tenant=${tenant}`, admin, undefined, id)).toMatchObject(refusal);
    expect(await ask('DELETE /keys/{id}?tenant=*', operator, undefined, id)).toMatchObject(refusal);
  });

  test('that have more than the caller’s are not its to touch', async () => {
    const { ask, id } = await withKey(operator, { name: 'more', scopes: ['events:write'], tenant: 'mine' });
    for (const route of ['DELETE /keys/{id}', 'POST /keys/{id}/rotate'])
      expect(await ask(route, admin, route.startsWith('POST') ? {} : undefined, id)).toMatchObject({
        status: 403,
        body: { code: 'grant-exceeds-key' },
      });
  });

  test('end: 200 when both stores hold it, 202 while one is silent, 503 when nothing holds it', async () => {
    const { ask, keys, copies, id } = await withKey();
    const revoke = () => ask('DELETE /keys/{id}', admin, undefined, id);
    copies.silent = true;
    const half = await revoke();
    expect(half).toMatchObject({ status: 202, body: { id, revoked: expect.any(String) } });
    keys.silent = true;
    expect(await revoke()).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    copies.silent = false;
    expect(await revoke()).toMatchObject({ status: 202, body: { id } });
    keys.silent = false;
    const whole = await revoke();
    expect(whole).toMatchObject({ status: 200, body: { id, effectiveBy: expect.any(String) } });
    expect(String(half.body.effectiveBy) > String(whole.body.effectiveBy)).toBe(true);
    expect(await ask('POST /keys/{id}/rotate', admin, {}, id)).toMatchObject({ status: 404 });
  });

  test.each([
    [{ overlap: 100 }, 100],
    [{ overlap: 0 }, 0],
    [{}, 86_400],
    [undefined, 86_400],
  ])('are rotated, by %j, with an overlap of %i s', async (body, seconds) => {
    const { ask, keys, clock, id } = await withKey();
    expect(await ask('POST /keys/{id}/rotate', admin, body, id)).toMatchObject({ status: 200 });
    expect(keys.all.get(id)?.before?.ends).toBe(new Date(clock.now() + seconds * 1000).toISOString());
  });

  test('are listed in pages, whose cursor leads nowhere in another tenant’s', async () => {
    const { ask, id } = await withKey();
    const { body: second } = await ask('POST /keys', admin, wanted);
    const { body: first, headers } = await ask('GET /keys?limit=1', admin);
    expect(first).toMatchObject({ items: [{ id: second.id }], next: expect.any(String) });
    expect(headers.link).toContain('rel="next"');
    expect(await ask(`GET /keys?cursor=${first.next}`, admin)).toMatchObject({ body: { items: [{ id }], next: null } });
    for (const [caller, more] of [[stranger, ''] as const, [operator, ''] as const, [operator, '&tenant=*'] as const])
      expect(await ask(`GET /keys?cursor=${first.next}${more}`, caller)).toMatchObject({
        status: 400,
        body: { code: 'invalid-parameter', parameter: 'cursor' },
      });
  });

  test.each([-1, 2_592_001, 1.5, '5'])('are not rotated with an overlap of %j', async (overlap) => {
    const { ask, id } = await withKey();
    expect(await ask('POST /keys/{id}/rotate', admin, { overlap }, id)).toMatchObject({
      status: 400,
      body: { parameter: 'overlap' },
    });
  });
});

test('whoami is for any key, and shows what it is', async () => {
  const { ask } = keysWorld();
  expect(await ask('GET /whoami', reader)).toMatchObject({
    status: 200,
    body: { id: 'reader', name: 'reader', tenant: 'mine', scopes: ['events:read'] },
  });
});

test('whoami tells an operator that asks for another tenant whose its own key is', async () => {
  const { ask } = keysWorld();
  expect(await ask('GET /whoami?tenant=mine', operator)).toMatchObject({
    status: 200,
    body: { id: 'operator', tenant: 'ours' },
  });
  expect(await ask('GET /whoami?tenant=mine', reader)).toMatchObject({ status: 400, body: { parameter: 'tenant' } });
});

test('whoami tells a key its bounds', async () => {
  const bounds = { types: ['note.kept'], sources: ['/till'], expires: '2027-01-01T00:00:00.000Z' };
  const { ask } = keysWorld();
  const caller = { tenant: 'mine', key: { id: 'k', name: 'n' }, scopes: ['events:read'], ...bounds } as const;
  const { body } = await ask('GET /whoami', { authorizer: contextOf(caller) });
  expect(body).toEqual({ id: 'k', tenant: 'mine', name: 'n', scopes: ['events:read'], ...bounds });
});

describe('a tenant', () => {
  const route = (method: string) => `${method} /tenants/{tenant}`;

  test('is an operator’s to see and to say: all of it at a time', async () => {
    const { ask } = keysWorld();
    for (const method of ['GET', 'PUT'])
      expect(await ask(route(method), admin, method === 'PUT' ? {} : undefined, 'mine')).toMatchObject({
        status: 403,
        body: { code: 'scope-missing' },
      });
    const see = async () => (await ask(route('GET'), operator, undefined, 'mine')).body;
    expect(await see()).toEqual({ tenant: 'mine' });
    const entry = { rate: { events: 5 }, waits: 1, disabled: true };
    const said = await ask(route('PUT'), operator, entry, 'mine');
    expect(said).toMatchObject({ status: 200, body: { tenant: 'mine', ...entry, effectiveBy: expect.any(String) } });
    expect(await see()).toEqual({ tenant: 'mine', ...entry });
    expect(await ask(route('PUT'), operator, {}, 'mine')).toMatchObject({ status: 200 });
    expect(await see()).toEqual({ tenant: 'mine' });
  });

  test('is disabled at 202 while one store is silent', async () => {
    const { ask, copies } = keysWorld();
    copies.silent = true;
    expect(await ask(route('PUT'), operator, { disabled: true }, 'mine')).toMatchObject({ status: 202 });
  });

  test.each(['*', 'local', 'Mine', ''])('is not called %j', async (name) => {
    const { ask } = keysWorld();
    for (const method of ['GET', 'PUT'])
      expect(await ask(route(method), operator, method === 'PUT' ? {} : undefined, name)).toMatchObject({
        status: 400,
        body: { parameter: 'tenant' },
      });
  });

  test('is not wiped by a body that got lost', async () => {
    const { ask } = keysWorld();
    expect(await ask(route('PUT'), operator, undefined, 'mine')).toMatchObject({ status: 400 });
    const blank = { ...operator, body: ' ' };
    expect(await ask(route('PUT'), blank, undefined, 'mine')).toMatchObject({
      status: 400,
      body: { parameter: 'body' },
    });
  });

  test('is not said in a compressed body: 415', async () => {
    const { ask } = keysWorld();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const compressed = { ...operator, headers, body: gzipSync('{}') };
    expect(await ask(route('PUT'), compressed, undefined, 'mine')).toMatchObject({
      status: 415,
      body: { code: 'media-type' },
    });
  });
});
