import type { FailureCause, FailureState } from '../core/failure.ts';
import { failureUnknown } from '../failures/unknown.ts';
import { summaryOfFailure, viewOfFailure } from '../failures/view.ts';
import type { FailureFilter, FailureQueries } from '../ports/failure-queries.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { oneOf, pageAnswer, parameter, readListFilter } from './list-filter.ts';
import type { HttpRequest } from './request.ts';
import { tenantsSeenBy } from './tenants-seen.ts';

/** Failures (docs/http.md section 4). */
export const getFailures = (
  queries: FailureQueries,
): Handlers<'GET /failures' | 'GET /failures/groups' | 'GET /failures/{id}'> => ({
  'GET /failures': listFailures(queries),
  'GET /failures/groups': groupFailures(queries),
  'GET /failures/{id}': getFailure(queries),
});

const getFailure =
  ({ getFailure }: FailureQueries): HttpHandler =>
  async ({ pathParameters: { id = '' } }, identity) => {
    const failure = await getFailure(tenantsSeenBy(identity), id);
    if (!failure) throw failureUnknown(id);
    return { status: 200, body: viewOfFailure(failure) };
  };

/** Every cause, in words. */
export const failureCauses = [
  'permanent',
  'invalid-data',
  'attempts-exhausted',
  'crashed',
  'id-reused',
  'undecodable',
] as const satisfies FailureCause[];
/** Every state. */
export const failureStates = [
  'open',
  'replaying',
  'replayed',
  'failed-again',
  'discarded',
] as const satisfies FailureState[];

/** @throws HttpProblem 400 `invalid-parameter` */
function readFailureFilter(request: HttpRequest): FailureFilter {
  const cause = oneOf(request.query, 'cause', failureCauses);
  const status = oneOf(request.query, 'status', failureStates);
  const group = parameter(request.query, 'group');
  return { ...readListFilter(request), ...(cause && { cause }), ...(status && { status }), ...(group && { group }) };
}

const listFailures =
  ({ listFailures }: FailureQueries): HttpHandler =>
  (request, identity) => {
    const filter = readFailureFilter(request);
    return pageAnswer(request, () => listFailures(tenantsSeenBy(identity), filter), summaryOfFailure);
  };

const groupFailures =
  ({ groupFailures }: FailureQueries): HttpHandler =>
  async (request, identity) => {
    const groups = await groupFailures(tenantsSeenBy(identity), readFailureFilter(request));
    return {
      status: 200,
      body: { items: groups.map(({ example, ...group }) => ({ ...group, example: summaryOfFailure(example) })) },
    };
  };
