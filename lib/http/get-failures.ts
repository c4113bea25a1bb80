import { failureCauses, failureStates, OPEN_STATES } from '../core/failure.ts';
import { failureUnknown } from '../failures/unknown.ts';
import { summaryOfFailure, viewOfFailure } from '../failures/view.ts';
import type { FailureFilter, FailureGroup, FailureQueries } from '../ports/failure-queries.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { oneOf, parameter, readListFilter, someOf } from './list-filter.ts';
import { pageAnswer } from './page-answer.ts';
import { listedReach, reachOf, whose } from './reach.ts';
import type { HttpRequest } from './request.ts';

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
    const failure = await getFailure(reachOf(identity), id);
    if (!failure) throw failureUnknown(id);
    return { status: 200, body: viewOfFailure(failure) };
  };

/**
 * Without `status` it means what waits for a person.
 * @throws HttpProblem 400 `invalid-parameter`
 */
function readFailureFilter(request: HttpRequest): Omit<FailureFilter, 'cursor'> {
  const { query } = request;
  const cause = oneOf(query, 'cause', failureCauses);
  const code = parameter(query, 'code');
  const group = parameter(query, 'group');
  const source = parameter(query, 'source');
  return {
    ...readListFilter(request),
    status: someOf(query, 'status', failureStates) ?? OPEN_STATES,
    ...(cause && { cause }),
    ...(code && { code }),
    ...(group && { group }),
    ...(source && { source }),
  };
}

const listFailures =
  ({ listFailures }: FailureQueries): HttpHandler =>
  (request, identity) => {
    const reach = listedReach(identity, request.query, reachOf(identity));
    const filter = readFailureFilter(request);
    return pageAnswer(
      request,
      { list: 'failures', reach, filter },
      (asked) => listFailures(reach, asked),
      (failure) => ({ ...whose(reach, failure.tenant), ...summaryOfFailure(failure) }),
    );
  };

const groupFailures =
  ({ groupFailures }: FailureQueries): HttpHandler =>
  (request, identity) => {
    const reach = listedReach(identity, request.query, reachOf(identity));
    const filter = readFailureFilter(request);
    return pageAnswer(
      request,
      { list: 'failure-groups', reach, filter },
      (asked) => groupFailures(reach, asked),
      (group) => ({ ...whose(reach, group.example.tenant), ...viewOfGroup(group) }),
    );
  };

/** What its newest failure says stands for all of a group. */
function viewOfGroup({ group, counts, first, last, example }: FailureGroup) {
  const { type, cause, code, message } = example;
  return { group, type, cause, code, message, counts, first, last, example: summaryOfFailure(example) };
}
