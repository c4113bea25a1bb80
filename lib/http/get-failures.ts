import { viewOfFailure } from '../failure-view.ts';
import type { Identity } from '../identity.ts';
import type { FailureCause, FailureQueries, FailureState } from '../ports.ts';
import type { HttpHandler } from './http-function.ts';
import { oneOf, pageAnswer, readListFilter } from './list-filter.ts';
import { HttpProblem, shown } from './problem.ts';

/** `GET /failures` and `GET /failures/{id}` (docs/http.md section 4). */
export const getFailures =
  (queries: FailureQueries): HttpHandler =>
  (request, identity) =>
    (request.pathParameters.id === undefined ? listFailures : getFailure)(queries)(request, identity);

const getFailure =
  ({ getFailure }: FailureQueries): HttpHandler =>
  async ({ pathParameters: { id = '' } }, identity) => {
    const failure = await getFailure(tenantsSeenBy(identity), id);
    if (!failure) throw new HttpProblem('failure-unknown', `there is no failure ${shown(id)}`);
    return { status: 200, body: viewOfFailure(failure) };
  };

/** What could not be decoded is no tenant's: whoever may do everything sees it. */
const tenantsSeenBy = ({ tenant, scopes }: Identity): (string | null)[] =>
  scopes.includes('*') ? [tenant, null] : [tenant];

const causes = [
  'permanent',
  'invalid-data',
  'attempts-exhausted',
  'crashed',
  'id-reused',
  'undecodable',
] as const satisfies FailureCause[];
const states = ['open', 'replaying', 'replayed', 'failed-again', 'discarded'] as const satisfies FailureState[];

const listFailures =
  ({ listFailures }: FailureQueries): HttpHandler =>
  (request, identity) => {
    const cause = oneOf(request.query, 'cause', causes);
    const status = oneOf(request.query, 'status', states);
    const filter = { ...readListFilter(request), ...(cause && { cause }), ...(status && { status }) };
    return pageAnswer(request, () => listFailures(tenantsSeenBy(identity), filter), viewOfFailure);
  };
