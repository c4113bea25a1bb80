import { eventLink } from '../core/links.ts';
import type { Taken } from '../ingest/ingest.ts';
import type { HttpResponse } from './http-function.ts';

/** The answer to one event that was taken: 202 with its present status. */
export function acceptedAnswer(
  tenant: string,
  { event, status, duplicate }: Extract<Taken, { event: unknown }>,
): HttpResponse {
  const self = eventLink(tenant, event);
  const { id, source, type } = event;
  return { status: 202, headers: { location: self }, body: { id, source, type, status, duplicate, links: { self } } };
}

/** The answer to an array: one result per event, whatever the status (docs/http.md section 2). */
export function arrayAnswer(taken: readonly Taken[]): HttpResponse {
  const problems = taken.flatMap((one) => ('problem' in one ? [one.problem] : []));
  const duplicates = taken.filter((one) => 'event' in one && one.duplicate).length;
  const waits = problems.flatMap(({ retryAfter }) => (retryAfter === undefined ? [] : [retryAfter]));
  return {
    status: statusOf(
      taken.length,
      problems.map(({ problem }) => problem.status),
    ),
    headers: waits.length > 0 ? { 'retry-after': String(Math.max(...waits)) } : {},
    body: {
      accepted: taken.length - problems.length - duplicates,
      duplicates,
      refused: problems.length,
      results: taken.map(resultOf),
    },
  };
}

function resultOf(one: Taken, index: number) {
  if ('problem' in one) return { index, ...(one.id !== undefined && { id: one.id }), problem: one.problem.problem };
  const { id, source, type } = one.event;
  return { index, id, source, type, status: one.status, duplicate: one.duplicate };
}

/** When nothing was taken: what all have in common, else what may be tried again, else that it may not. */
function statusOf(sent: number, refusals: readonly number[]): number {
  const [first] = refusals;
  if (first === undefined) return 202;
  if (refusals.length < sent) return 207;
  if (refusals.every((status) => status === first)) return first;
  return [503, 429, 409].find((status) => refusals.includes(status)) ?? 422;
}
