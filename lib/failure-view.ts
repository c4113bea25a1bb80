import { failureLink } from './links.ts';
import type { FailureRecord } from './ports.ts';

/**
 * A failure as the desk shows it (docs/http.md section 4).
 * @param record without `data` in a list
 */
export function viewOfFailure(record: FailureRecord) {
  const { _id: id, cause, code, message, group, event, data, attempts, recordedtime, state } = record;
  return {
    id,
    cause,
    code,
    message,
    group,
    event: event === null ? null : { ...JSON.parse(event), ...(data !== undefined && { data: JSON.parse(data) }) },
    attempts,
    recordedtime,
    state,
    links: { self: failureLink(id) },
  };
}
