import { expect, test } from 'vitest';
import { hasScope, presets, type Scope, scopes } from '../../../../lib/core/access/scopes.ts';

test('a key has the scopes that it names, and the catalogue', () => {
  for (const one of scopes.filter((scope) => scope !== 'operator')) {
    const had = scopes.filter((scope) => hasScope({ scopes: [one] }, scope));
    expect(new Set(had)).toEqual(new Set<Scope>([one, 'catalogue:read']));
  }
  expect(scopes.filter((scope) => hasScope({ scopes: [] }, scope))).toEqual(['catalogue:read']);
});

test('an operator has all of them', () => {
  for (const scope of scopes) expect(hasScope({ scopes: ['operator'] }, scope)).toBe(true);
});

test('no preset makes an operator; that of whoever keeps a tenant has all else', () => {
  for (const preset of Object.values(presets)) expect(preset).not.toContain('operator');
  expect(presets.admin).toEqual(scopes.filter((scope) => scope !== 'operator'));
});
