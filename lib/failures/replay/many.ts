import { localIdentity } from '../../core/access/identity.ts';
import { JOB_FORMAT, refuseNewer } from '../../core/format.ts';
import { HttpProblem } from '../../core/problem.ts';
import type { ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';
import { cancelJob } from './jobs.ts';
import { type ReplayPorts, replay } from './replay.ts';

export type ManyPorts = ReplayPorts & {
  jobs: ReplayJobs;
  /** Why a key opens nothing any more; undefined: it does. @throws DependencyError where nobody can say */
  refusalOf(key: string): Promise<string | undefined>;
};

/** `done`: nothing is left to do. `more`: go on at once. `later`: something was not confirmed, go on in a minute. */
export type Progress = 'done' | 'more' | 'later';

/** One replay waits for MongoDB and SQS at most so long, and the job is written after it. */
const RESERVE_MS = 12_000;

/** A job takes its next failures so long after it, or another job of its tenant, took some. */
const SECOND_MS = 1000;

/**
 * Goes on with a replay of many failures until it ends or time is up, at its rate, one failure after another, the oldest first. What it is about to replay is
 * written into the job first: whoever goes on after a crash asks for those again, which publishes the same replay or
 * finds it published (protocol: job-before-replay).
 * @param remainingMs milliseconds until the function's time is up
 * @throws DependencyError when MongoDB does not answer: going on is safe
 * @throws NewerFormatError when newer code wrote the job
 */
export async function workOff(id: string, ports: ManyPorts, remainingMs: () => number): Promise<Progress> {
  const { jobs } = ports;
  for (;;) {
    const job = await jobs.get(id);
    if (job === null || job.state === 'done' || job.state === 'cancelled') return 'done';
    refuseNewer('the replay of many', job.format, JOB_FORMAT);
    if (await lostItsKey(job, ports)) continue;
    if (remainingMs() < RESERVE_MS) return 'more';
    const taken = job.pending.length > 0 ? job : await take(job, ports);
    if (taken === null) continue;
    const { passedOver, left } = await replayEach(taken, ports, remainingMs);
    await jobs.tell(taken, { passedOver: taken.passedOver + passedOver, pending: left });
    if (left.length > 0 && remainingMs() >= RESERVE_MS) return 'later';
  }
}

/** A job works within the grants of the key that began it: where that opens nothing any more, it is cancelled. */
async function lostItsKey(job: ReplayJob, { jobs, clock, log, refusalOf }: ManyPorts): Promise<boolean> {
  const { _id: id, tenant, within, by } = job;
  // Whoever calls a stage that asks for no key has none that could end.
  if (!by || by.key === localIdentity.key.id) return false;
  const refusal = await refusalOf(by.key);
  if (refusal === undefined) return false;
  const reason = `the key that began it opens nothing any more: ${refusal}`;
  await cancelJob(id, { reach: { tenants: [tenant], ...within }, by, request: 'none', reason }, { jobs, clock });
  log.warn('a replay of many is cancelled with its key', { job: id, key: by.key, key_name: by.name, reason: refusal });
  return true;
}

/** @returns the job with the failures of its next second; null when there are none, or others have changed it */
async function take(job: ReplayJob, { jobs, clock, log }: ManyPorts): Promise<ReplayJob | null> {
  const found = await jobs.next(job, job.rate);
  if (!found) {
    await jobs.end(job);
    log.info('a replay of many has ended', { job: job._id, matched: job.matched, passedOver: job.passedOver });
    return null;
  }
  // The rate is the tenant's: of a job that was cancelled the last failures count too.
  const pause = (await jobs.lastTaken(job.tenant)) + SECOND_MS - clock.now();
  if (pause > 0) await clock.sleep(Math.min(pause, SECOND_MS));
  return jobs.take(job, { ...found, at: new Date(clock.now()) });
}

async function replayEach(job: ReplayJob, ports: ManyPorts, remainingMs: () => number) {
  let passedOver = 0;
  const left: string[] = [];
  let stopped = false;
  for (const id of job.pending) {
    if (stopped || remainingMs() < RESERVE_MS) {
      left.push(id);
      continue;
    }
    const end = await replayOne(job, id, ports);
    if (end === 'unconfirmed' || end === 'young') left.push(id);
    if (end === 'passed-over') passedOver++;
    // The others would wait for the same silence.
    stopped = end === 'unconfirmed';
  }
  return { passedOver, left };
}

/** What others replayed is none of this job's, and counts as passed over. */
async function replayOne(job: ReplayJob, id: string, ports: ManyPorts) {
  try {
    const reach = { tenants: [job.tenant], ...job.within };
    const { byJobs = [] } = await replay({ reach, id, asker: { job: job._id } }, ports);
    return byJobs.some((one) => one.job === job._id) ? 'replayed' : 'passed-over';
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    if (error.code === 'queue-unavailable') return 'unconfirmed';
    if (!(await ports.jobs.hasReplayed(job, id))) return 'passed-over';
    // Written by this job within the last minute, before it died, and perhaps not published.
    return error.code === 'replay-under-way' && error.retryAfter !== undefined ? 'young' : 'replayed';
  }
}
