import canonicalize from 'canonicalize';
import { NewerFormatError } from '../../core/errors.ts';
import { hasExpired } from '../../core/expiry.ts';
import type { FailureState } from '../../core/failure.ts';
import { decodeMessage } from '../../core/message.ts';
import { HttpProblem } from '../../core/problem.ts';
import type { DeskChange, DeskView } from '../../ports/failure-desk.ts';
import type { FailureRecord, Replacement } from '../../ports/failures.ts';
import type { Publication } from '../../ports/publisher.ts';
import type { EventRecord } from '../../ports/records.ts';
import { editedReplayOf, type ReplaySurroundings, replayOf, sameReplayOf } from './message.ts';

/**
 * A replay that no consumer has seen for so long may be asked for again; it publishes the same
 * (protocol: unseen-for-a-minute).
 */
export const UNSEEN_MS = 60_000;

/** What the desk writes, and what it publishes after that. */
export interface Plan {
  change: DeskChange;
  publication: Publication;
  /** A plain replay: whose outcome is to be forgotten. */
  replayed?: { key: string; replay: number };
  /** An edited one: the event that comes instead. */
  replacement?: Replacement;
  /** Of the failure that it closes; absent where one that was closed before is asked for again. */
  closed?: FailureState;
}

/**
 * May this failure be replayed, and as what?
 * (protocol: replay-moves-the-record, reused-id-needs-a-new-id, replacement-is-written-down)
 * @param edited the data of an edited replay
 * @param job the replay of many that asks; it replays a failure once, whatever became of that
 * @throws HttpProblem 409 when it may not; 413 or 422 when its event may not be published
 */
export function planReplay(
  { failure, record, replacementSeen }: DeskView,
  edited: { data: unknown } | undefined,
  surroundings: ReplaySurroundings,
  job?: string,
): Plan {
  if (job !== undefined && isBehind(failure, job)) {
    throw new HttpProblem('failure-replayed', 'this replay of many has replayed this failure');
  }
  if (failure.cause === 'undecodable') {
    throw new HttpProblem('failure-undecodable', 'nobody could read this message, so that nothing can be published');
  }
  switch (failure.state) {
    case 'discarded':
      throw new HttpProblem('failure-discarded', 'this failure was discarded');
    case 'replayed':
      return replaceAgain(failure, replacementSeen, edited, surroundings.now);
    case 'replaying':
      return askAgain(failure, record, edited, surroundings);
    default:
      return edited ? replace(failure, edited.data, surroundings) : replayOnce(failure, record, surroundings, job);
  }
}

function replayOnce(
  failure: FailureRecord,
  record: EventRecord | null,
  surroundings: ReplaySurroundings,
  job: string | undefined,
): Plan {
  if (!isOwn(failure, record) || record.state !== 'failed') {
    throw new HttpProblem(
      'replay-needs-data',
      failure.cause === 'id-reused'
        ? 'the id of this event belongs to another one; with data it is sent as a new event with a new id'
        : 'the record of this event is not there any more; with data it is sent as a new event with a new id',
    );
  }
  if (hasExpired(JSON.parse(record.extensions), surroundings.now)) {
    throw new HttpProblem(
      'event-expired',
      'the expirytime of this event is past, so that it would not run; with data it is sent as a new event without it',
    );
  }
  const replay = failure.replay + 1;
  return {
    change: { kind: 'replay', replay, at: new Date(surroundings.now), ...(job !== undefined && { job }) },
    publication: replayOf(record, replay, surroundings),
    replayed: { key: record._id, replay },
  };
}

/** Has this job replayed the failure, and that replay come to an end? */
const isBehind = ({ byJobs = [], state, replay }: FailureRecord, job: string): boolean =>
  byJobs.some((one) => one.job === job && !(state === 'replaying' && replay === one.replay));

function askAgain(
  failure: FailureRecord,
  record: EventRecord | null,
  edited: object | undefined,
  surroundings: ReplaySurroundings,
): Plan {
  if (!isOwn(failure, record) || isSeen(record)) throw underWay('this failure is being replayed');
  waitUntilUnseen(failure, surroundings.now);
  if (edited) throw underWay('this failure is being replayed; data can be edited when it has failed again');
  return {
    change: { kind: 'ask-again', at: new Date(surroundings.now) },
    publication: sameReplayOf(record, surroundings),
    replayed: { key: record._id, replay: record.replay },
  };
}

function replace(failure: FailureRecord, data: unknown, surroundings: ReplaySurroundings): Plan {
  const { tenant, event } = failure;
  if (tenant === null || event === null) throw new Error('a failure with a cause of its own has a tenant and an event');
  const { key, id, source, publication } = editedReplayOf({ ...failure, tenant, event }, data, surroundings);
  const replacement = { key, id, source, publication };
  const change = { kind: 'replace', replacement, at: new Date(surroundings.now) } as const;
  return { change, publication, replacement, closed: failure.state };
}

/** The event that was written down, and no other. */
function replaceAgain(failure: FailureRecord, seen: boolean, edited: { data: unknown } | undefined, now: number): Plan {
  const { replacement } = failure;
  if (!replacement || seen) throw new HttpProblem('failure-replayed', 'this failure was replayed');
  if (edited && !isOfData(replacement, edited.data)) {
    throw new HttpProblem(
      'failure-replayed',
      'this failure was replayed with other data, as the event of `replacement`',
    );
  }
  waitUntilUnseen(failure, now);
  return { change: { kind: 'ask-again', at: new Date(now) }, publication: replacement.publication, replacement };
}

/** Was it made of this data? Of what newer code wrote nobody can tell here; without data it goes out again as it is. */
function isOfData({ publication }: Replacement, data: unknown): boolean {
  try {
    return canonicalize(decodeMessage(publication.body).data) === canonicalize(data);
  } catch (error) {
    if (error instanceof NewerFormatError) return false;
    throw error;
  }
}

/** Is the record of the failure's own event at the failure's replay? Another payload's is not. */
export const isOwn = (failure: FailureRecord, record: EventRecord | null): record is EventRecord =>
  record !== null && record.fingerprint === failure.fingerprint && record.replay === failure.replay;

/** A first delivery leaves no trace; to publish beside it is harmless. */
export const isSeen = ({ state, attempts, starts, suspect, returns, dueAt }: EventRecord): boolean =>
  state !== 'retrying' ||
  attempts.length > 0 ||
  Object.keys(starts ?? {}).length > 0 ||
  suspect === true ||
  returns !== undefined ||
  dueAt !== undefined;

/** Has no consumer left a trace of the replay that is under way, for as long as one may be asked for again? */
export const isUnseen = ({ failure, record }: DeskView, now: number): boolean =>
  isOwn(failure, record) && !isSeen(record) && youngMs(failure, now) <= 0;

const youngMs = ({ replayedAt }: FailureRecord, now: number): number => (replayedAt?.getTime() ?? 0) + UNSEEN_MS - now;

function waitUntilUnseen(failure: FailureRecord, now: number): void {
  const ms = youngMs(failure, now);
  if (ms > 0) throw underWay('this failure was replayed a moment ago', Math.ceil(ms / 1000));
}

const underWay = (detail: string, retryAfter?: number): HttpProblem =>
  new HttpProblem('replay-under-way', detail, { ...(retryAfter !== undefined && { retryAfter }) });
