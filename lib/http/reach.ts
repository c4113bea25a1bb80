import { boundsOf, type Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import type { Reach } from '../ports/failure-queries.ts';
import { parameter } from './list-filter.ts';
import { EVERY_TENANT } from './query-parameters.ts';

/** What is the caller's tenant's, within the bounds of the key. */
export const ownReach = (identity: Identity): Reach => ({ tenants: [identity.tenant], ...boundsOf(identity) });

/** Which failures a caller sees by their ids. What could not be decoded is no tenant's: an operator sees it. */
export const reachOf = (identity: Identity): Reach => ({
  ...ownReach(identity),
  ...(hasScope(identity, 'operator') && { tenants: [identity.tenant, null] }),
});

/**
 * What a list shows: where an operator has named a tenant, that one's alone, or everything. Where it has named none, what
 * is nobody's stands among its own.
 */
export function listedReach(identity: Identity, query: URLSearchParams, own: Reach): Reach {
  const named = parameter(query, 'tenant');
  if (named === undefined) return own;
  return { ...ownReach(identity), ...(named === EVERY_TENANT && { tenants: 'all' }) };
}

/** Of whom an item is, where a list is of all tenants. */
export const whose = ({ tenants }: Reach, tenant: string | null): { tenant?: string | null } =>
  tenants === 'all' ? { tenant } : {};
