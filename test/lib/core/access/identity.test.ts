import { expect, test } from 'vitest';
import { anyone, defaultSource, localIdentity, maySource, mayType } from '../../../../lib/core/access/identity.ts';
import { hasScope } from '../../../../lib/core/access/scopes.ts';

test('without a bound a key is for every type and source, with one for those alone', () => {
  expect([mayType({}, 'a.b'), maySource({}, '/x')]).toEqual([true, true]);
  const bound = { types: ['a.b'], sources: ['/x'] };
  expect(['a.b', 'a.c', 'A.B', 'a', ''].filter((type) => mayType(bound, type))).toEqual(['a.b']);
  expect(['/x', '/x/', '/X', ''].filter((source) => maySource(bound, source))).toEqual(['/x']);
  expect([mayType({ types: [] }, 'a.b'), maySource({ sources: [] }, '/x')]).toEqual([false, false]);
});

test('whoever calls the stage of this machine may do everything, and anyone nothing', () => {
  expect(hasScope(localIdentity, 'operator')).toBe(true);
  expect(hasScope(anyone, 'events:read')).toBe(false);
  expect(anyone.tenant).toBe('');
});

test('an event without a source is its tenant’s', () => {
  expect(defaultSource('acme')).toBe('/tenants/acme');
});
