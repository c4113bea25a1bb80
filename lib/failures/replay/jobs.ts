import * as z from 'zod';
import type { Change } from '../../access/told.ts';
import type { Bounds } from '../../core/access/key-entry.ts';
import { refuseNewer } from '../../core/format.ts';
import { replayLink } from '../../core/links.ts';
import { REPLAYS_SUFFIX } from '../../core/names.ts';
import { HttpProblem, shown } from '../../core/problem.ts';
import { uuidv7 } from '../../core/uuid.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Reach } from '../../ports/failure-queries.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { ReplayFilter, ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';
import { toldOfBegin, toldOfCancel } from '../told.ts';

export interface JobPorts {
  jobs: ReplayJobs;
  publisher: Publisher;
  clock: Clock;
  queueUrlPrefix: string;
}

/** How long SQS may take. */
const PUBLISH_MS = 4000;
/** A job takes some failures each second, and after an outage within minutes. */
const STANDS_STILL_MS = 10 * 60_000;

/**
 * Begins a replay of many failures; a function of its own works it off.
 * @param begun `within`: of the key that asks, which the job does not leave
 * @returns the job
 * @throws HttpProblem 409 `job-running` while another one of the tenant runs, which is woken where it stands still (protocol: job-before-replay);
 *   503 when SQS does not take it: then nothing is replayed
 */
export async function beginJob(
  begun: { tenant: string; within: Bounds; filter: ReplayFilter; rate: number } & Change,
  { jobs, publisher, clock, queueUrlPrefix }: JobPorts,
): Promise<ReplayJob> {
  const { tenant, within, filter, rate, by, request } = begun;
  const reach = { tenants: [tenant], ...within };
  const publish = async (id: string) => {
    const publication = { queueUrl: queueUrlPrefix + REPLAYS_SUFFIX, body: encodeJob(id), group: tenant };
    const [outcome] = await publisher.publish([publication], clock.now() + PUBLISH_MS);
    return outcome;
  };
  const other = await jobs.running(tenant);
  if (other) {
    // Whoever began it died before its message was sent, or heard of an outage when it was written; or its message died of age.
    if (standsStill(other, clock.now()) && (await jobs.wake(other, new Date(clock.now())))) await publish(other._id);
    throw jobRunning(other, within);
  }
  const matched = await jobs.count(reach, filter);
  const now = clock.now();
  const job: ReplayJob = {
    _id: uuidv7(now),
    ...{ tenant, kind: 'replay', filter, within, rate, by, matched, state: 'running', passedOver: 0, pending: [] },
    createdtime: new Date(now).toISOString(),
  };
  if (!(await jobs.create(job, toldOfBegin({ by, request }, job))))
    throw jobRunning(await jobs.running(tenant), within);
  if ((await publish(job._id)) === 'sent') return job;
  const ended = await cancelJob(job._id, { reach, by, request, reason: 'the queue did not take it' }, { jobs, clock });
  // The queue had taken it, and was not heard; what it replayed by then is replayed.
  if (ended?.takenAt) return ended;
  throw new HttpProblem('queue-unavailable', 'the queue does not answer; nothing is replayed', { retryAfter: 5 });
}

const standsStill = ({ createdtime, takenAt, wokenAt }: ReplayJob, now: number): boolean =>
  [Date.parse(createdtime), takenAt?.getTime() ?? 0, wokenAt?.getTime() ?? 0].every((at) => now - at > STANDS_STILL_MS);

/**
 * Ends a replay of many, which one that has ended does not change.
 * @returns the job after it; null: there is none of this id within reach
 */
export const cancelJob = (
  id: string,
  { reach, reason, ...change }: { reach: Reach; reason?: string } & Change,
  { jobs, clock }: Pick<JobPorts, 'jobs' | 'clock'>,
): Promise<ReplayJob | null> => {
  const at = new Date(clock.now()).toISOString();
  return jobs.cancel(id, reach, (job) => toldOfCancel(change, job, { at, ...(reason !== undefined && { reason }) }));
};

/** Seconds; a job takes longer, and whoever cannot wait cancels it. */
const ASK_AGAIN_SECONDS = 10;

/**
 * @param job null: it has ended by now
 * @param within of the key that is told: whose job it may not see it is not told which one runs
 */
function jobRunning(job: ReplayJob | null, within: Bounds): HttpProblem {
  const members = job && isWithin(job, within) && { job: { id: job._id, links: { self: replayLink(job._id) } } };
  return new HttpProblem('job-running', 'one replay of many at a time: wait for the other, or cancel it', {
    retryAfter: ASK_AGAIN_SECONDS,
    ...(members && { members }),
  });
}

const isWithin = ({ within = {} }: ReplayJob, { types, sources }: Bounds): boolean =>
  (types === undefined || (within.types?.every((type) => types.includes(type)) ?? false)) &&
  (sources === undefined || (within.sources?.every((source) => sources.includes(source)) ?? false));

export const jobUnknown = (id: string): HttpProblem =>
  new HttpProblem('replay-unknown', `there is no replay ${shown(id)}`);

/** What lies in the queue of replays. */
export const encodeJob = (id: string): string => JSON.stringify({ replays: VERSION, id });

const VERSION = 1;
const schema = z.object({ replays: z.literal(VERSION), id: z.string().regex(/^[0-9a-f-]{36}$/) });

/**
 * @returns the job's id; undefined when the message is none of ours
 * @throws NewerFormatError when its version is higher than ours
 */
export function decodeJob(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value === 'object' && value !== null && 'replays' in value)
    refuseNewer('the replay of many', value.replays, VERSION);
  return schema.safeParse(value).data?.id;
}
