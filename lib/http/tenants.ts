import { changeTenant, type TenantPorts } from '../access/tenants.ts';
import { tenantEntryOf } from '../core/access/entry-of.ts';
import { tenantBody, tenantOf } from '../core/access/key-entry.ts';
import { firstFault } from '../core/first-fault.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import { changeOf } from './change-of.ts';
import type { Handlers } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { type HttpRequest, hasNothing } from './request.ts';
import { schemaBody } from './schema-body.ts';

/** What an operator says of a tenant (docs/http.md section 5). */
export const tenantHandlers = (
  ports: TenantPorts & { keys: Pick<ApiKeys, 'tenant'>; stage: string },
): Handlers<'GET /tenants/{tenant}' | 'PUT /tenants/{tenant}'> => ({
  'GET /tenants/{tenant}': async (request) => ({
    status: 200,
    body: tenantEntryOf(await ports.keys.tenant(namedIn(request, ports.stage))),
  }),
  'PUT /tenants/{tenant}': async (request, identity) => {
    const tenant = namedIn(request, ports.stage);
    refuseNoBody(request);
    const entry = { tenant, ...schemaBody(request, tenantBody) };
    const { effectiveBy, complete } = await changeTenant(entry, changeOf(request, identity), ports);
    return { status: complete ? 200 : 202, body: { ...entry, effectiveBy } };
  },
});

/** It would take away whatever is said of the tenant. @throws HttpProblem 400 */
function refuseNoBody(request: HttpRequest): void {
  if (hasNothing(request)) throw invalidParameter('body', 'is missing; {} takes away all that was said');
}

/** @throws HttpProblem 400 for what no tenant of the stage is called */
function namedIn({ pathParameters }: HttpRequest, stage: string): string {
  const named = tenantOf(stage).safeParse(pathParameters.tenant);
  if (named.success) return named.data;
  throw invalidParameter('tenant', firstFault(named.error).what);
}
