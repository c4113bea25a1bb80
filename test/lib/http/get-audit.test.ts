import { describe, expect, test } from 'vitest';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import type { AuditEntry } from '../../../lib/ports/audit.ts';
import { callers, keysWorld } from '../../support/keys-world.ts';

const { admin, operator, reader, stranger } = callers;

async function withKey() {
  const world = keysWorld();
  const { body } = await world.ask('POST /keys', admin, { name: 'till 3', scopes: ['events:read'] });
  return { ...world, id: String(body.id) };
}

/** A world whose audit tells of failures, one a second; `of` says of which type and source. */
function withDiscards(...of: Pick<AuditEntry, 'type' | 'source'>[]) {
  const world = keysWorld();
  of.forEach((what, index) => {
    world.keys.audit.push({
      ...{ at: second(index), tenant: 'mine', by: { key: 'k', name: 'n' }, action: 'failure.discarded' },
      ...{ subject: `f-${index}`, ...what, after: 'hash', request: 'r' },
    });
  });
  return world;
}

const second = (index: number): string => new Date(Date.UTC(2026, 10, 23, 12, 0, index)).toISOString();

const subjectsIn = ({ items }: Readonly<Record<string, unknown>>): unknown[] =>
  Array.isArray(items) ? items.map(({ subject }) => subject) : [];

describe('GET /audit', () => {
  test('tells what was done to a tenant, by whom, in which request', async () => {
    const { ask, id } = await withKey();
    await ask('PUT /tenants/{tenant}', operator, { waits: 1 }, 'mine');
    const created = { action: 'key.created', subject: id, by: { key: 'admin', name: 'admin' }, request: 'request' };
    const changed = { action: 'tenant.changed', subject: 'mine', by: { key: 'operator' }, pointers: ['/waits'] };
    const { body } = await ask('GET /audit', admin);
    expect(body).toMatchObject({ items: [changed, created], next: null });
    expect(JSON.stringify(body)).not.toContain('"tenant":');
    expect(await ask('GET /audit?by=admin', admin)).toMatchObject({ body: { items: [created] } });
    expect(await ask('GET /audit?action=tenant.changed', admin)).toMatchObject({ body: { items: [changed] } });
    expect(await ask('GET /audit', stranger)).toMatchObject({ body: { items: [] } });
    expect(await ask('GET /audit?tenant=*', operator)).toMatchObject({
      body: { items: [{ ...changed, tenant: 'mine' }, created] },
    });
  });

  test('is not for keys that may not write keys', async () => {
    const { ask } = keysWorld();
    expect(await ask('GET /audit', reader)).toMatchObject({ status: 403, body: { code: 'scope-missing' } });
  });

  test.each([
    ['bound to a type', { types: ['note.kept'] }, ['f-2', 'f-0']],
    ['bound to a source', { sources: ['/till'] }, ['f-1', 'f-0']],
    ['bound to both', { types: ['note.kept'], sources: ['/till'] }, ['f-0']],
    ['bound to nothing', {}, ['f-3', 'f-2', 'f-1', 'f-0']],
  ])('leaves out what a key is not for: %s', async (_, bounds, subjects) => {
    const { ask } = withDiscards(
      { type: 'note.kept', source: '/till' },
      { type: 'job.run', source: '/till' },
      { type: 'note.kept', source: '/desk' },
      {},
    );
    const caller = { tenant: 'mine', key: { id: 'k', name: 'n' }, scopes: ['keys:write'], ...bounds } as const;
    const { body } = await ask('GET /audit', { authorizer: contextOf(caller) });
    expect(subjectsIn(body)).toEqual(subjects);
    // Which type and source it was about stays inside: entries are of members that are documented.
    expect(JSON.stringify(body)).not.toMatch(/"(type|source)":/);
  });

  test('tells what was done from one time on and before another', async () => {
    const { ask } = withDiscards({}, {}, {});
    const { body } = await ask(`GET /audit?since=${second(1)}&until=${second(2)}`, admin);
    expect(subjectsIn(body)).toEqual(['f-1']);
  });

  test('comes in pages, whose cursor leads nowhere under another filter or in what others see', async () => {
    const { ask } = withDiscards({}, {});
    const { body: first } = await ask('GET /audit?limit=1', admin);
    expect(subjectsIn(first)).toEqual(['f-1']);
    const nextPage = (caller: Parameters<typeof ask>[1], more = '') =>
      ask(`GET /audit?cursor=${first.next}${more}`, caller);
    const { body: last } = await nextPage(admin);
    expect([subjectsIn(last), last.next]).toEqual([['f-0'], null]);
    for (const refused of [
      nextPage(stranger),
      nextPage(operator),
      nextPage(operator, '&tenant=*'),
      nextPage(admin, '&by=n'),
    ])
      expect(await refused).toMatchObject({ status: 400, body: { parameter: 'cursor' } });
  });
});
