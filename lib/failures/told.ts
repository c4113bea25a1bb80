import { type Change, told } from '../access/told.ts';
import { below, differing, pathOf } from '../core/json/differing.ts';
import { parseJson } from '../core/json/parse.ts';
import { masked, pathOutside } from '../core/masking.ts';
import type { AuditAction, AuditEntry } from '../ports/audit.ts';
import type { DeskChange } from '../ports/failure-desk.ts';
import type { FailureRecord } from '../ports/failures.ts';
import type { ReplayJob } from '../ports/replay-jobs.ts';
import type { Marks } from '../sdk/sensitive-marks.ts';

/**
 * What the audit is told of a change to a failure: of an edited replay how its data differs, else how the failure does.
 * @param edited the data of an edited replay, and what of data of its type is sensitive, which is told neither by a hash nor by a pointer
 */
export function toldOfFailure(
  change: Change,
  failure: FailureRecord,
  what: DeskChange,
  edited?: { data: unknown; sensitive: Marks | undefined },
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
    const shown = (value: unknown) => ({ data: masked(edited.sensitive, value) });
    const entry = told(change, { ...of, action: 'failure.edited' }, shown(data), shown(edited.data));
    return { ...entry, pointers: pointersOf(data, edited) };
  }
  const action: AuditAction = what.kind === 'discard' ? 'failure.discarded' : 'failure.replayed';
  const reason = reasonOf(what);
  return told(change, { ...of, action, ...reason }, standOf(failure), { ...standOf(failure), ...after(what) });
}

function reasonOf(what: DeskChange): { reason: string } | undefined {
  if (what.kind === 'discard') return { reason: what.reason };
  const isTakenBack = what.kind === 'take-back-replay' || what.kind === 'take-back-replacement';
  return isTakenBack ? { reason: 'taken back: its queue will not take this message' } : undefined;
}

function pointersOf(before: unknown, { data, sensitive }: { data: unknown; sensitive: Marks | undefined }): string[] {
  const outside = differing(before, data).map((pointer) => pathOutside(sensitive, pathOf(pointer)).path);
  return [...new Set(outside.map((path) => path.reduce<string>((where, part) => below(where, String(part)), '/data')))];
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
    case 'take-back-replay':
      return { state: 'failed-again', replayedAt: undefined };
    case 'take-back-replacement':
      return { state: what.state, replayedAt: undefined };
  }
}

/** Failures of older code keep it with the event alone. */
function sourceOf({ source, event }: FailureRecord): string | undefined {
  if (source !== undefined || event === null) return source;
  const attributes: { source?: string } = JSON.parse(event);
  return attributes.source;
}
