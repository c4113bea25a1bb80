import { hasScope } from '../core/access/scopes.ts';
import { eventLink, failureLink } from '../core/links.ts';
import { discard } from '../failures/discard.ts';
import { type ReplayPorts, replay } from '../failures/replay/replay.ts';
import { viewOfFailure } from '../failures/view.ts';
import type { FailureRecord } from '../ports/failures.ts';
import { changeOf } from './change-of.ts';
import type { Handlers, HttpHandler, HttpResponse } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { jsonBody } from './json-body.ts';
import { anything, textUpTo } from './members.ts';
import { reachOf } from './reach.ts';
import { LONGEST_REASON } from './replay-limits.ts';
import type { HttpRequest } from './request.ts';
import { scopeMissing } from './scope-missing.ts';

/** What may be done about one failure (docs/http.md section 4). */
export const postFailures = (
  ports: ReplayPorts,
): Handlers<'POST /failures/{id}/replay' | 'POST /failures/{id}/discard'> => ({
  'POST /failures/{id}/replay': replayFailure(ports),
  'POST /failures/{id}/discard': discardFailure(ports),
});

const replayFailure =
  (ports: ReplayPorts): HttpHandler =>
  async (request, identity) => {
    const { data } = jsonBody(request, { data: anything });
    const edited = data === undefined ? undefined : { data };
    // It is an event that nobody has sent.
    if (edited && !hasScope(identity, 'events:write')) throw scopeMissing('events:write');
    const { traceparent } = request;
    const asker = changeOf(request, identity);
    const input = { reach: reachOf(identity), id: idOf(request), edited, traceparent, asker };
    const failure = await replay(input, ports);
    return { ...answer(failure, 202), headers: { location: whereItsOutcomeWillBe(failure) } };
  };

const discardFailure =
  (ports: ReplayPorts): HttpHandler =>
  async (request, identity) => {
    const { reason } = jsonBody(request, { reason: textUpTo(LONGEST_REASON) });
    if (reason === undefined) throw invalidParameter('reason', 'is missing');
    const input = { reach: reachOf(identity), id: idOf(request), reason, ...changeOf(request, identity) };
    return answer(await discard(input, ports), 200);
  };

const idOf = ({ pathParameters: { id = '' } }: HttpRequest): string => id;

function answer({ data: _, ...failure }: FailureRecord, status: number): HttpResponse {
  return { status, body: viewOfFailure(failure) };
}

function whereItsOutcomeWillBe({ _id, tenant, event, replacement }: FailureRecord): string {
  if (tenant === null || event === null) return failureLink(_id);
  return eventLink(tenant, replacement ?? JSON.parse(event));
}
