import type { Collection } from 'mongodb';
import {
  type JobOutcomes,
  type JobReplay,
  noOutcomes,
  outcomeOf,
  type ReplayedFailure,
} from '../../core/job-outcomes.ts';
import type { FailureRecord } from '../../ports/failures.ts';
import type { ReplayJob } from '../../ports/replay-jobs.ts';
import type { TimeLeft } from './budget.ts';

/** Replays of failures that are alike, counted. */
interface Alike extends ReplayedFailure, JobReplay {
  count: number;
}

/**
 * What became of what these jobs replayed, counted from what the failures say; what SQS has not confirmed and no run has
 * ended is left out, so that the sum is what SQS holds.
 * @returns one entry a job, in their order
 */
export async function countOutcomes(
  failures: Collection<FailureRecord>,
  jobs: readonly ReplayJob[],
  left: TimeLeft,
): Promise<JobOutcomes[]> {
  if (jobs.length === 0) return [];
  const ofThese = { 'byJobs.job': { $in: jobs.map(({ _id }) => _id) } };
  const tenants = [...new Set(jobs.map(({ tenant }) => tenant))];
  const replays = [{ $match: { tenant: { $in: tenants }, ...ofThese } }, { $unwind: '$byJobs' }, { $match: ofThese }];
  const parts = {
    job: '$byJobs.job',
    replay: '$byJobs.replay',
    latest: '$replay',
    state: '$state',
    outcome: '$outcome',
    replaced: { $gt: ['$replacement.key', null] },
  };
  const alike = await failures
    .aggregate<{ _id: Omit<Alike, 'count'> & { latest: number }; count: number }>(
      [...replays, { $group: { _id: parts, count: { $sum: 1 } } }],
      left(),
    )
    .toArray();
  const unconfirmed = await unconfirmedOf(failures, jobs, left);
  return jobs.map(({ _id }) => {
    const outcomes = { ...noOutcomes };
    for (const { _id: one, count } of alike)
      if (one.job === _id) outcomes[outcomeOf({ ...one, replay: one.latest }, one.replay)] += count;
    outcomes.waiting -= unconfirmed(_id);
    return outcomes;
  });
}

/** @returns how many of a job's pending failures are written as replayed by it and have not ended */
async function unconfirmedOf(
  failures: Collection<FailureRecord>,
  jobs: readonly ReplayJob[],
  left: TimeLeft,
): Promise<(job: string) => number> {
  const pending = new Map(jobs.map(({ _id, pending }) => [_id, new Set(pending)]));
  const ids = jobs.flatMap(({ pending }) => pending);
  const projection = { state: 1, replay: 1, outcome: 1, byJobs: 1, 'replacement.key': 1 };
  const found = ids.length === 0 ? [] : await failures.find({ _id: { $in: ids } }, { projection, ...left() }).toArray();
  return (job) =>
    found.filter((failure) => {
      const written = pending.get(job)?.has(failure._id) ? failure.byJobs?.find((one) => one.job === job) : undefined;
      return (
        written && outcomeOf({ ...failure, replaced: failure.replacement !== undefined }, written.replay) === 'waiting'
      );
    }).length;
}
