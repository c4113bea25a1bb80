import { failureLink } from './links.ts';
import type { FailureRecord } from './ports.ts';

/**
 * A failure as the desk shows it (docs/http.md section 4).
 * @param record without `event` in a list
 */
export function viewOfFailure(record: Omit<FailureRecord, 'event'> & Partial<Pick<FailureRecord, 'event'>>) {
  const { _id: id, cause, code, message, group, event, attempts, recordedtime, state } = record;
  return {
    id,
    cause,
    code,
    message,
    group,
    ...(event !== undefined && { event: event === null ? null : JSON.parse(event) }),
    attempts,
    recordedtime,
    state,
    links: { self: failureLink(id) },
  };
}
