import { type Change, told } from '../access/told.ts';
import { differing } from '../core/json/differing.ts';
import { parseJson } from '../core/json/parse.ts';
import type { AuditAction, AuditEntry } from '../ports/audit.ts';
import type { DeskChange } from '../ports/failure-desk.ts';
import type { FailureRecord } from '../ports/failures.ts';
import type { ReplayJob } from '../ports/replay-jobs.ts';

/**
 * What the audit is told of a change to a failure: of an edited replay how its data differs, else how the failure does.
 * @param edited the data of an edited replay
 */
export function toldOfFailure(
  change: Change,
  failure: FailureRecord,
  what: DeskChange,
  edited?: { data: unknown },
): AuditEntry {
  const { type, tenant, _id: subject } = failure;
  const source = sourceOf(failure);
  const of = {
    ...{ tenant, subject, at: what.at.toISOString() },
    ...(type !== null && { type }),
    ...(source !== undefined && { source }),
  };
  if (what.kind === 'replace' && edited) {
    const data = failure.data === undefined ? undefined : parseJson(failure.data);
    const entry = told(change, { ...of, action: 'failure.edited' }, { data }, edited);
    return { ...entry, pointers: differing(data, edited.data, '/data') };
  }
  const action: AuditAction = what.kind === 'discard' ? 'failure.discarded' : 'failure.replayed';
  const reason = what.kind === 'discard' && { reason: what.reason };
  return told(change, { ...of, action, ...reason }, standOf(failure), { ...standOf(failure), ...after(what) });
}

/** What the audit is told of the beginning of a replay of many. */
export function toldOfBegin(change: Change, job: ReplayJob): AuditEntry {
  const { filter, rate, matched, createdtime: at } = job;
  return told(change, { ...ofJob(job), action: 'replay.started', at }, undefined, { filter, rate, matched });
}

/** What the audit is told of the end that somebody makes to a replay of many. */
export const toldOfCancel = (
  change: Change,
  job: ReplayJob,
  { at, reason }: { at: string; reason?: string },
): AuditEntry =>
  told(
    change,
    { ...ofJob(job), action: 'replay.cancelled', at, ...(reason !== undefined && { reason }) },
    { state: job.state },
    { state: 'cancelled' },
  );

const ofJob = ({ _id: subject, tenant, filter: { type, source } }: ReplayJob) => ({
  ...{ subject, tenant },
  ...(type !== undefined && { type }),
  ...(source !== undefined && { source }),
});

const standOf = ({ state, replay, replayedAt }: FailureRecord) => ({
  ...{ state, replay },
  ...(replayedAt && { replayedAt: replayedAt.toISOString() }),
});

function after(what: DeskChange): object {
  const replayedAt = what.at.toISOString();
  switch (what.kind) {
    case 'replay':
      return { state: 'replaying', replay: what.replay, replayedAt };
    case 'replace':
      return { state: 'replayed', replayedAt };
    case 'discard':
      return { state: 'discarded' };
    case 'ask-again':
      return { replayedAt };
  }
}

/** Failures of older code keep it with the event alone. */
function sourceOf({ source, event }: FailureRecord): string | undefined {
  if (source !== undefined || event === null) return source;
  const attributes: { source?: string } = JSON.parse(event);
  return attributes.source;
}
