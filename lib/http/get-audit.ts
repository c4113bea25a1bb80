import { type Audit, type AuditEntry, type AuditFilter, auditActions } from '../ports/audit.ts';
import { askedTenants } from './asked-tenant.ts';
import type { Handlers } from './http-function.ts';
import { oneOf, parameter, readListFilter } from './list-filter.ts';
import { pageAnswer } from './page-answer.ts';
import type { HttpRequest } from './request.ts';

/** What was done (docs/http.md section 5). */
export const getAudit = (audit: Audit): Handlers<'GET /audit'> => ({
  'GET /audit': (request, identity) => {
    const of = askedTenants(request, identity);
    const tenants = of === 'all tenants' ? undefined : [of.tenant];
    return pageAnswer(
      request,
      { list: 'audit', tenants: tenants ?? ['*'], filter: readAuditFilter(request) },
      (asked) => audit.list(tenants, asked, identity),
      (entry) => viewOf(entry, tenants === undefined),
    );
  },
});

/** @throws HttpProblem 400 `invalid-parameter` */
function readAuditFilter(request: HttpRequest): Omit<AuditFilter, 'cursor'> {
  const by = parameter(request.query, 'by');
  const action = oneOf(request.query, 'action', auditActions);
  return { ...readListFilter(request), ...(by !== undefined && { by }), ...(action && { action }) };
}

/** @param ofAll whether entries say whose they are */
function viewOf({ tenant, type, source, ...entry }: AuditEntry, ofAll: boolean) {
  return { ...entry, ...(ofAll && { tenant }) };
}
