import { z } from 'zod';
import { refuseNewer } from '../../core/format.ts';
import { REPLAYS_SUFFIX } from '../../core/names.ts';
import { HttpProblem, shown } from '../../core/problem.ts';
import { uuidv7 } from '../../core/uuid.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { ReplayFilter, ReplayJob, ReplayJobs } from '../../ports/replay-jobs.ts';

export interface JobPorts {
  jobs: ReplayJobs;
  publisher: Publisher;
  clock: Clock;
  queueUrlPrefix: string;
}

/** How long SQS may take. */
const PUBLISH_MS = 4000;

/**
 * Begins a replay of many failures; a function of its own works it off.
 * @returns the job
 * @throws HttpProblem 503 when SQS does not take it: then nothing is replayed
 */
export async function beginJob(
  { tenant, filter, rate }: { tenant: string; filter: ReplayFilter; rate: number },
  { jobs, publisher, clock, queueUrlPrefix }: JobPorts,
): Promise<ReplayJob> {
  const matched = await jobs.count(tenant, filter);
  const now = clock.now();
  const job: ReplayJob = {
    _id: uuidv7(now),
    ...{ tenant, filter, rate, matched, state: 'running', replayed: 0, passedOver: 0, pending: [] },
    createdtime: new Date(now).toISOString(),
  };
  await jobs.create(job);
  const publication = { queueUrl: queueUrlPrefix + REPLAYS_SUFFIX, body: encodeJob(job._id) };
  const [outcome] = await publisher.publish([publication], now + PUBLISH_MS);
  if (outcome === 'sent') return job;
  await jobs.cancel(job._id, tenant);
  throw new HttpProblem('queue-unavailable', 'the queue does not answer; nothing is replayed', { retryAfter: 5 });
}

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
