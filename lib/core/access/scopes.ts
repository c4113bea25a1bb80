/** What a key may be allowed, in the order in which it is shown (docs/http.md). */
export const scopes = [
  'events:write',
  'events:read',
  'failures:read',
  'failures:write',
  'catalogue:read',
  'keys:write',
  'operator',
] as const;

export type Scope = (typeof scopes)[number];

/** Names for what keys are usually made for; an operator's has none, so that nobody makes one in passing. */
export const presets = {
  send: ['events:write', 'catalogue:read'],
  read: ['events:read', 'failures:read', 'catalogue:read'],
  operate: ['events:write', 'events:read', 'failures:read', 'failures:write', 'catalogue:read'],
  admin: ['events:write', 'events:read', 'failures:read', 'failures:write', 'catalogue:read', 'keys:write'],
} as const satisfies Record<string, readonly Scope[]>;

/** Whether a key is allowed this: as it says, or because it is an operator's; the catalogue is for every key. */
export const hasScope = ({ scopes }: { readonly scopes: readonly Scope[] }, scope: Scope): boolean =>
  scope === 'catalogue:read' || scopes.includes('operator') || scopes.includes(scope);
