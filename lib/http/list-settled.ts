import { outcomes } from '../core/outcome.ts';
import type { StatusPorts } from '../results/results.ts';
import { viewOfRecord } from '../results/view.ts';
import { allMarked } from '../sdk/sensitive-marks.ts';
import type { HttpHandler } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { oneOf, parameter, readListFilter } from './list-filter.ts';
import { pageAnswer } from './page-answer.ts';
import { ownReach } from './reach.ts';
import { seenBy } from './seen-by.ts';

/** `GET /events?order=settled`: final events, the oldest first, to be followed (docs/http.md section 3). */
export const listSettled =
  ({ events, clock }: StatusPorts): HttpHandler =>
  (request, identity) => {
    if (parameter(request.query, 'until') !== undefined)
      throw invalidParameter('until', 'is not for order=settled, which is followed for ever');
    const status = oneOf(request.query, 'status', outcomes);
    const { until: _, ...listed } = readListFilter(request);
    const filter = { ...listed, ...(status && { status }) };
    return pageAnswer(
      request,
      { list: 'settled-events', reach: ownReach(identity), filter },
      (asked) => events.listSettled(identity, asked, clock.now()),
      ({ data: _data, result: _result, ...listed }) => ({
        ...seenBy(identity, viewOfRecord(listed), allMarked),
        settledtime: listed.settledAt?.toISOString(),
      }),
    );
  };
