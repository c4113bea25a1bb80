import { parseJson } from '../core/json/parse.ts';
import { eventLink, failureLink } from '../core/links.ts';
import { shownAttempt } from '../core/outcome.ts';
import type { FailureRecord } from '../ports/failures.ts';

/**
 * A failure as the desk shows it (docs/http.md section 4).
 * @param record without `data` in a list
 */
export function viewOfFailure(record: FailureRecord) {
  const { _id: id, tenant, cause, code, message, group, data, attempts, recordedtime, state, replay } = record;
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
    attempts: attempts.map((attempt) => shownAttempt(attempt, true)),
    recordedtime,
    state,
    ...(replay > 0 && { replays: replay }),
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
