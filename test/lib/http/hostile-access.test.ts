import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keys as declared } from '../../../lib/wiring/functions/keys.ts';
import { keyOf } from '../../support/api-gateway.ts';
import { keysWorld } from '../../support/keys-world.ts';

const MINE = 'mine';
const THEIRS = 'theirs';
const known = fc.constantFrom(
  'a',
  'events:read',
  'operator',
  THEIRS,
  MINE,
  '*',
  '$ne',
  '__proto__',
  '2027-01-01T00:00:00Z',
);
const anyValue = fc.oneof(
  known,
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(known),
  fc.dictionary(known, fc.jsonValue({ maxDepth: 1 })),
);
const members = [
  'name',
  'scopes',
  'types',
  'sources',
  'expires',
  'rate',
  'tenant',
  'overlap',
  'waits',
  'disabled',
  'id',
  'hash',
  'by',
  '__proto__',
];
const asked = fc.record(Object.fromEntries(members.map((name) => [name, anyValue])), { requiredKeys: [] });
const valid = fc.constant({ name: 'a', scopes: ['events:read'] });
const one = fc.tuple(fc.constantFrom(...members), anyValue).map(([name, value]) => ({ [name]: value }));
const body = fc.oneof(
  fc.tuple(valid, fc.oneof(fc.constant({}), one)).map(([some, more]) => ({ ...some, ...more })),
  asked,
  anyValue,
  fc.string({ unit: 'binary' }).map((text) => ({ text })),
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('tenant', 'limit', 'cursor', 'by', 'action', 'since', 'x'), fc.oneof(known, fc.string()))
    .map(([name, value]) => `?${name}=${encodeURIComponent(value.toWellFormed())}`),
);
const route = fc.constantFrom(...Object.keys(declared.routes));
const scopes = fc.constantFrom('keys:write', 'events:read keys:write', 'events:read', '');

/** One tenant's key, and one of whom the caller shall learn and change nothing. */
async function world() {
  const some = keysWorld();
  const make = async (tenant: string) =>
    String(
      (await some.ask('POST /keys', keyOf(tenant, 'events:read keys:write'), { name: 'a', scopes: ['events:read'] }))
        .body.id,
    );
  return { ...some, mine: await make(MINE), theirs: await make(THEIRS) };
}

test('no request of a tenant’s key gives a 5xx, another tenant’s key, or a change to one', async () => {
  const { ask, keys, mine, theirs } = await world();
  const before = JSON.stringify(keys.all.get(theirs));
  const id = fc.oneof(fc.constantFrom(mine, theirs, THEIRS), fc.string({ unit: 'binary' }));
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(route, query, body, scopes, id, async (to, asking, sent, given, of) => {
      const raw = typeof sent === 'object' && sent !== null && 'text' in sent ? { body: String(sent.text) } : {};
      const answer = await ask(`${to}${asking}`, { ...keyOf(MINE, given), ...raw }, sent, of);
      statuses.add(answer.status);
      const text = JSON.stringify(answer.body);
      expect(answer.status, text).toBeLessThan(500);
      if (answer.status < 300) expect(text).not.toContain(theirs);
      expect(JSON.stringify(keys.all.get(theirs))).toBe(before);
      for (const { tenant } of keys.all.values()) expect([MINE, THEIRS]).toContain(tenant);
      expect([...keys.all.values()].filter(({ tenant }) => tenant === THEIRS)).toHaveLength(1);
      expect(keys.tenants.size).toBe(0);
    }),
    { numRuns: 1500, seed: 22 },
  );
  // What is made of valid requests is reached too.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 403, 404]));
});
