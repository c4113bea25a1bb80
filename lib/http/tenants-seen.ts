import type { Identity } from '../core/identity.ts';
import type { Tenants } from '../ports/failure-queries.ts';

/** Whose failures a caller sees. What could not be decoded is no tenant's: whoever may do everything sees it. */
export const tenantsSeenBy = ({ tenant, scopes }: Identity): Tenants =>
  scopes.includes('*') ? [tenant, null] : [tenant];
