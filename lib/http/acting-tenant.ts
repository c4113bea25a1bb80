import type { Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { parameter } from './list-filter.ts';
import { EVERY_TENANT, type QueryParameters } from './query-parameters.ts';

/**
 * An operator as it asks: for the tenant that its query names, or for its own. The bounds of its key stay.
 * @param known the parameters of the route
 * @throws HttpProblem 400 where another key names one, were it its own, or where it can be none's name
 */
export function actingIn(identity: Identity, query: URLSearchParams, known: QueryParameters): Identity {
  const named = parameter(query, 'tenant');
  if (named === undefined) return identity;
  if (!hasScope(identity, 'operator')) throw invalidParameter('tenant', 'is for keys with the scope operator alone');
  const { pattern } = known.tenant?.schema ?? {};
  if (typeof pattern !== 'string' || !new RegExp(pattern).test(named))
    throw invalidParameter('tenant', 'is no name of a tenant that this route takes');
  return named === EVERY_TENANT ? identity : { ...identity, tenant: named, home: identity.tenant };
}
