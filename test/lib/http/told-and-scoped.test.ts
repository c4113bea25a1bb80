import { describe, expect, test } from 'vitest';
import { scopes } from '../../../lib/core/access/scopes.ts';
import { type AuditEntry, auditActions } from '../../../lib/ports/audit.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { call, keyOf } from '../../support/api-gateway.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { auditedWorld } from '../../support/openapi/api-world.ts';

/** What each route that changes something is asked, and what the audit tells of that. A new route belongs in here. */
const changes: Readonly<Record<string, { body?: unknown; tells: AuditEntry['action'] }[]>> = {
  'POST /failures/{id}/replay': [
    { tells: 'failure.replayed' },
    { body: { data: { name: 'another' } }, tells: 'failure.edited' },
  ],
  'POST /failures/{id}/discard': [{ body: { reason: 'r' }, tells: 'failure.discarded' }],
  'POST /replays': [{ body: { filter: {} }, tells: 'replay.started' }],
  'DELETE /replays/{id}': [{ tells: 'replay.cancelled' }],
  'POST /keys': [{ body: { name: 'n', scopes: ['events:read'] }, tells: 'key.created' }],
  'POST /keys/{id}/rotate': [{ tells: 'key.rotated' }],
  'DELETE /keys/{id}': [{ tells: 'key.revoked' }],
  'PUT /tenants/{tenant}': [{ body: { waits: 1 }, tells: 'tenant.changed' }],
};

const routes = httpFunctions.flatMap((one) => Object.entries(one.routes));
const changing = routes.filter(([route]) => !route.startsWith('GET ') && route !== 'POST /events');
const catalogue = catalogueOfTypes(['parcel.sent']);

async function ask(route: string, body: unknown, given: string) {
  const world = auditedWorld(catalogue, { open: false });
  const [method = '', path = ''] = route.split(' ');
  const answer = await call(
    (event, context) =>
      world.answer({ ...event, routeKey: route, pathParameters: { id: 'f-1', tenant: 'mine' } }, context),
    { method, path, ...(body !== undefined && { body: JSON.stringify(body) }), ...keyOf('local', given, 'k-7') },
  );
  return { answer, audit: world.audit() };
}

describe.each(changing)('%s', (route, scope) => {
  test('asks for a scope, and changes nothing without it', async () => {
    expect(scopes).toContain(scope);
    const others = scopes.filter((one) => one !== scope && one !== 'operator').join(' ');
    for (const { body } of changes[route] ?? []) {
      const { answer, audit } = await ask(route, body, others);
      expect(answer).toMatchObject({ status: 403, body: { code: 'scope-missing' } });
      expect(audit).toEqual([]);
    }
  });

  test('is told to the audit: once, of whose key and in which request', async () => {
    expect(changes[route]?.length ?? 0).toBeGreaterThan(0);
    for (const { body, tells } of changes[route] ?? []) {
      const { answer, audit } = await ask(route, body, scopes.join(' '));
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      const by = { key: 'k-7', name: 'k-7' };
      expect(audit).toMatchObject([{ action: tells, by, request: 'request', at: expect.any(String) }]);
    }
  });
});

test('every action is some route’s', () => {
  const told = Object.values(changes).flatMap((some) => some.map(({ tells }) => tells));
  expect(told.toSorted()).toEqual(auditActions.toSorted());
});

test('what is only looked at is not told', async () => {
  for (const [route] of routes.filter(([one]) => one.startsWith('GET ')))
    expect((await ask(route, undefined, scopes.join(' '))).audit, route).toEqual([]);
  expect((await ask('POST /replays', { filter: {}, dryRun: true }, scopes.join(' '))).audit).toEqual([]);
});
