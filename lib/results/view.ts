import { parseJson } from '../core/json/parse.ts';
import { eventLink, failureLink } from '../core/links.ts';
import type { Next } from '../core/next.ts';
import type { Attempt, Status } from '../core/outcome.ts';
import type { Claim } from '../ports/claims.ts';
import type { EventRecord } from '../ports/records.ts';
import type { SettledEvent } from '../ports/results.ts';
import { identified } from './settled-event.ts';

/** An event as `GET /events/{id}` shows it (docs/http.md section 3): plain JSON. Absent members are left out. */
export type EventView = Readonly<Record<string, unknown>> & {
  type: string;
  status: Status;
  attempts: readonly Attempt[];
};

/** Members of ours: an extension attribute of such a name is kept but not shown, so that it cannot pass for one. */
const ours = new Set([
  ...['status', 'attempts', 'next', 'data', 'result', 'rejection', 'failure', 'links'],
  ...['recordedtime', 'settledtime'],
]);

/** The failure of an event that has failed is a member of it; of one that is replayed, or was, only a link. */
const view = (
  tenant: string,
  { extensions, failure, ...event }: Omit<SettledEvent, 'status'> & { status: Status },
  data?: { data: unknown },
): EventView => ({
  ...Object.fromEntries(Object.entries(extensions).filter(([name]) => !ours.has(name))),
  ...event,
  ...data,
  ...(failure && event.status === 'failed' && { failure }),
  links: { self: eventLink(tenant, event), ...(failure && { failure: failureLink(failure.id) }) },
});

/** @param data as it was sent; absent where it is not known */
export const viewOfSettled = (tenant: string, event: SettledEvent, data?: { data: unknown }): EventView =>
  view(tenant, event, data);

/** @param record without `data` and `result` in a list */
export function viewOfRecord(
  record: Omit<EventRecord, 'data' | 'result'> & Partial<Pick<EventRecord, 'data' | 'result'>>,
): EventView {
  const { state, attempts, rejection, failure } = record;
  return view(
    record.tenant,
    {
      ...identified(record),
      extensions: JSON.parse(record.extensions),
      // To a caller an event that is about to become a failure is still being retried.
      status: state === 'failing' ? 'retrying' : state,
      attempts,
      ...(record.result !== undefined && { result: parseJson(record.result) }),
      ...(rejection && { rejection }),
      ...(failure && { failure }),
    },
    record.data === undefined ? undefined : { data: parseJson(record.data) },
  );
}

/** What a claim knows of an event whose consumer has not run, or whose outcome alone is left. */
export function viewOfClaim(
  tenant: string,
  { id, source }: { id: string; source: string },
  { type, subject, time, recordedtime }: Claim,
  status: Status = 'accepted',
): EventView {
  const event = identified({ id, source, type, subject, time, recordedtime });
  return view(tenant, { ...event, extensions: {}, status, attempts: [] });
}

/** What a record says of the next run. */
export type Due = Pick<EventRecord, 'dueAt' | 'dueFor'>;

/**
 * The same event with why it waits, and until when; where two say so the later time is the newer word.
 * @param noted what consumers noted beside its claim (protocol: says-why-it-waits)
 */
export function withNext(view: EventView, { dueAt, dueFor }: Due, noted: Next | null | undefined): EventView {
  const retry: Next | undefined = dueAt && {
    at: dueAt.toISOString(),
    why: 'retry',
    ...(dueFor !== undefined && { code: dueFor }),
  };
  const next = retry && noted ? (retry.at > noted.at ? retry : noted) : (retry ?? noted);
  return next ? { ...view, next } : view;
}
