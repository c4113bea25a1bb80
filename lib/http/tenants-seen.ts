import type { Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import type { Tenants } from '../ports/failure-queries.ts';

/** Whose failures a caller sees. What could not be decoded is no tenant's: an operator sees it. */
export const tenantsSeenBy = (identity: Identity): Tenants =>
  hasScope(identity, 'operator') ? [identity.tenant, null] : [identity.tenant];
