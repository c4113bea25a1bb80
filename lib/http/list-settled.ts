import type { Outcome } from '../core/outcome.ts';
import type { StatusPorts } from '../results/results.ts';
import { viewOfRecord } from '../results/view.ts';
import type { HttpHandler } from './http-function.ts';
import { invalidParameter, oneOf, pageAnswer, parameter, readListFilter } from './list-filter.ts';

const outcomes = ['succeeded', 'rejected', 'failed', 'expired'] as const satisfies readonly Outcome[];

/** `GET /events?order=settled`: final events, the oldest first, to be followed (docs/http.md section 3). */
export const listSettled =
  ({ events, clock }: StatusPorts): HttpHandler =>
  (request, { tenant }) => {
    if (parameter(request.query, 'until') !== undefined)
      throw invalidParameter('until', 'is not for order=settled, which is followed for ever');
    const status = oneOf(request.query, 'status', outcomes);
    const { until: _, ...filter } = readListFilter(request);
    return pageAnswer(
      request,
      () => events.listSettled(tenant, { ...filter, ...(status && { status }) }, clock.now()),
      ({ data: _data, result: _result, ...listed }) => ({
        ...viewOfRecord(listed),
        settledtime: listed.settledAt?.toISOString(),
      }),
    );
  };
