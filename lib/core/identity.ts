/** Who calls. Until API keys exist it is always the tenant `local`, with every scope. */
export interface Identity {
  /** `[a-z0-9-]{1,64}`; every read and every key begins with it. */
  readonly tenant: string;
  /** Name of the API key, for logs; never the key itself. */
  readonly key: string;
  readonly scopes: readonly string[];
}

/** Has the key of whoever calls this scope? */
export const hasScope = ({ scopes }: Identity, scope: string): boolean =>
  scopes.includes('*') || scopes.includes(scope);

export const localIdentity: Identity = { tenant: 'local', key: 'none', scopes: ['*'] };

/** The `source` of an event that was sent without one. */
export const defaultSource = (tenant: string): string => `/tenants/${tenant}`;
