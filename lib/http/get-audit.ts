import { type Audit, type AuditFilter, auditActions } from '../ports/audit.ts';
import type { Handlers } from './http-function.ts';
import { oneOf, parameter, readListFilter } from './list-filter.ts';
import { pageAnswer } from './page-answer.ts';
import { listedReach, ownReach, whose } from './reach.ts';
import type { HttpRequest } from './request.ts';

/** What was done (docs/http.md section 5). */
export const getAudit = (audit: Audit): Handlers<'GET /audit'> => ({
  'GET /audit': (request, identity) => {
    const reach = listedReach(identity, request.query, ownReach(identity));
    return pageAnswer(
      request,
      { list: 'audit', reach, filter: readAuditFilter(request) },
      (asked) => audit.list(reach, asked),
      ({ tenant, type: _, source: __, ...entry }) => ({ ...whose(reach, tenant), ...entry }),
    );
  },
});

/** @throws HttpProblem 400 `invalid-parameter` */
function readAuditFilter(request: HttpRequest): Omit<AuditFilter, 'cursor'> {
  const by = parameter(request.query, 'by');
  const action = oneOf(request.query, 'action', auditActions);
  return { ...readListFilter(request), ...(by !== undefined && { by }), ...(action && { action }) };
}
