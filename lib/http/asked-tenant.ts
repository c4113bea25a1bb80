import type { Identity } from '../core/access/identity.ts';
import { tenantName } from '../core/access/key-entry.ts';
import { hasScope } from '../core/access/scopes.ts';
import type { KeysOf } from '../ports/api-keys.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { parameter } from './list-filter.ts';
import type { HttpRequest } from './request.ts';

/**
 * Whose keys a request means: its caller's tenant's, unless an operator names another one.
 * @throws HttpProblem 400 `invalid-parameter`, for whoever is no operator too
 */
export function askedTenant({ query }: HttpRequest, identity: Identity): { readonly tenant: string } {
  const tenant = parameter(query, 'tenant');
  if (tenant === undefined) return { tenant: identity.tenant };
  if (!hasScope(identity, 'operator')) throw invalidParameter('tenant', 'is for operators');
  if (!tenantName.safeParse(tenant).success) throw invalidParameter('tenant', 'must be the name of a tenant');
  return { tenant };
}

/** As askedTenant, of a list: `*` is all tenants. */
export const askedTenants = (request: HttpRequest, identity: Identity): KeysOf =>
  parameter(request.query, 'tenant') === '*' && hasScope(identity, 'operator')
    ? 'all tenants'
    : askedTenant(request, identity);
