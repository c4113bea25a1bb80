import { attemptedOf } from '../core/attempts.ts';
import { parseJson } from '../core/json/parse.ts';
import { eventLink, failureLink } from '../core/links.ts';
import { shownAttempt } from '../core/outcome.ts';
import type { FailureRecord } from '../ports/failures.ts';

/**
 * A failure as the desk shows it (docs/http.md section 4).
 * @param record without `data` where that is not to be shown
 */
export const viewOfFailure = (record: FailureRecord) => ({
  ...summaryOfFailure(record),
  attempts: record.attempts.map((attempt) => shownAttempt(attempt, true)),
});

/** The same for whoever may act on failures and not read them: without what says why it failed. @param record without `data` */
export function blindViewOfFailure(record: FailureRecord) {
  const { message: _, ...view } = summaryOfFailure(record);
  return view;
}

/**
 * The same as lists and groups show it, without its attempts.
 * @param record without `data`
 */
export function summaryOfFailure(record: FailureRecord) {
  const { _id: id, tenant, cause, code, message, group, data, recordedtime, state, replay } = record;
  const attributes = record.event === null ? null : JSON.parse(record.event);
  const event = attributes && { ...attributes, ...(data !== undefined && { data: parseJson(data) }) };
  // Under an id that was used before stands another event.
  const isFound = tenant !== null && attributes !== null && cause !== 'id-reused';
  return {
    id,
    cause,
    code,
    message,
    group,
    event,
    attempted: attemptedOf(record),
    recordedtime,
    state,
    replays: replay,
    ...(record.replacement && tenant !== null && { replacement: replacementOf(tenant, record.replacement) }),
    ...(record.discarded && { discarded: record.discarded }),
    links: { self: failureLink(id), ...(isFound && { event: eventLink(tenant, attributes) }) },
  };
}

const replacementOf = (tenant: string, { id, source }: { id: string; source: string }) => ({
  id,
  source,
  links: { self: eventLink(tenant, { id, source }) },
});
