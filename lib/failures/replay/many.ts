import { refuseNewerStored } from '../../core/format.ts';
import { HttpProblem } from '../../core/problem.ts';
import type { ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';
import type { Log } from '../../sdk/log.ts';
import { type ReplayPorts, replay } from './replay.ts';

export type ManyPorts = ReplayPorts & { jobs: ReplayJobs };

/** `done`: nothing is left to do. `more`: go on at once. `later`: something was not confirmed, go on in a minute. */
export type Progress = 'done' | 'more' | 'later';

/** One replay waits for MongoDB and SQS at most so long, and the job is written after it. */
const RESERVE_MS = 12_000;

/**
 * Goes on with a replay of many failures until it ends or time is up, at its rate, one failure after another, the oldest first. What it is about to replay is
 * written into the job first: whoever goes on after a crash asks for those again, which publishes the same replay or
 * finds it published (protocol: job-before-replay).
 * @param remainingMs milliseconds until the function's time is up
 * @throws DependencyError when MongoDB does not answer: going on is safe
 * @throws NewerFormatError when newer code wrote the job
 */
export async function workOff(id: string, ports: ManyPorts, remainingMs: () => number): Promise<Progress> {
  const { jobs, clock, log } = ports;
  for (;;) {
    const job = await jobs.get(id);
    if (job === null || job.state === 'done' || job.state === 'cancelled') return 'done';
    refuseNewerStored('the replay of many', job);
    if (remainingMs() < RESERVE_MS) return 'more';
    const began = clock.now();
    const taken = job.pending.length > 0 ? job : await take(job, jobs, log);
    if (taken === null) return 'done';
    const { left, ...counts } = await replayEach(taken, ports, remainingMs);
    const { replayed, passedOver } = taken;
    await jobs.advance(taken, {
      replayed: replayed + counts.replayed,
      passedOver: passedOver + counts.passedOver,
      pending: left,
    });
    if (left.length > 0 && remainingMs() >= RESERVE_MS) return 'later';
    await clock.sleep(Math.max(0, began + 1000 - clock.now()));
  }
}

/** @returns the job with the failures of its next second, or null when there are none */
async function take(job: ReplayJob, jobs: ReplayJobs, log: Log): Promise<ReplayJob | null> {
  const found = await jobs.next(job, job.rate);
  if (found) return jobs.advance(job, { pending: found.ids, cursor: found.cursor });
  await jobs.advance(job, { state: 'done' });
  log.info('a replay of many has ended', { job: job._id, replayed: job.replayed, passedOver: job.passedOver });
  return null;
}

async function replayEach({ tenant, pending }: ReplayJob, ports: ManyPorts, remainingMs: () => number) {
  const counts = { replayed: 0, passedOver: 0 };
  const left: string[] = [];
  let stopped = false;
  for (const id of pending) {
    if (stopped || remainingMs() < RESERVE_MS) {
      left.push(id);
      continue;
    }
    const end = await replayOne(tenant, id, ports);
    if (end === 'unconfirmed' || end === 'young') left.push(id);
    else counts[end]++;
    // The others would wait for the same silence.
    stopped = end === 'unconfirmed';
  }
  return { ...counts, left };
}

async function replayOne(tenant: string, id: string, ports: ReplayPorts) {
  try {
    await replay({ tenants: [tenant], id }, ports);
    return 'replayed';
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    if (error.code === 'queue-unavailable') return 'unconfirmed';
    // Replayed within the last minute, by this job before it died or by a person, and perhaps not published.
    if (error.code === 'replay-under-way' && error.retryAfter !== undefined) return 'young';
    return error.code === 'replay-under-way' || error.code === 'failure-replayed' ? 'replayed' : 'passedOver';
  }
}
