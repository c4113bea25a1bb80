import { boundsOf, type Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import type { Reach } from '../ports/failure-queries.ts';

/** What is the caller's tenant's, within the bounds of the key. */
export const ownReach = (identity: Identity): Reach => ({ tenants: [identity.tenant], ...boundsOf(identity) });

/** Which failures a caller sees. What could not be decoded is no tenant's: an operator sees it. */
export const reachOf = (identity: Identity): Reach => ({
  ...ownReach(identity),
  ...(hasScope(identity, 'operator') && { tenants: [identity.tenant, null] }),
});
