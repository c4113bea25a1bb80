import { boundsOf, type Identity } from '../core/access/identity.ts';
import { hasScope } from '../core/access/scopes.ts';
import { type JobOutcomes, noOutcomes } from '../core/job-outcomes.ts';
import { parseJson } from '../core/json/parse.ts';
import { replayLink } from '../core/links.ts';
import { beginJob, cancelJob, type JobPorts, jobUnknown } from '../failures/replay/jobs.ts';
import type { Reach } from '../ports/failure-queries.ts';
import type { ReplayFilter, ReplayJob, ReplayJobs } from '../ports/replay-jobs.ts';
import { changeOf } from './change-of.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { jsonBody } from './json-body.ts';
import { readLimit } from './list-filter.ts';
import { flag, whole } from './members.ts';
import { pageAnswer } from './page-answer.ts';
import { listedReach, ownReach, whose } from './reach.ts';
import { EVERY_OPEN, replayFilter } from './replay-filter.ts';
import { DEFAULT_RATE, MAX_RATE, SAMPLE_BYTES, SAMPLES } from './replay-limits.ts';
import type { HttpRequest } from './request.ts';

/** Replays of many failures (docs/http.md section 4). */
export const replays = (
  ports: JobPorts,
): Handlers<'POST /replays' | 'GET /replays' | 'GET /replays/{id}' | 'DELETE /replays/{id}'> => ({
  'POST /replays': beginReplay(ports),
  'GET /replays': listJobs(ports.jobs),
  'GET /replays/{id}': showJob(ports.jobs, (request, identity) => ports.jobs.get(idOf(request), ownReach(identity))),
  'DELETE /replays/{id}': showJob(ports.jobs, (request, identity) =>
    cancelJob(idOf(request), { reach: ownReach(identity), ...changeOf(request, identity) }, ports),
  ),
});

const readers = { filter: replayFilter, dryRun: flag, rate: whole(1, MAX_RATE, 'failures a second') };

const beginReplay =
  (ports: JobPorts): HttpHandler =>
  async (request, identity) => {
    const { filter, dryRun = false, rate = DEFAULT_RATE } = jsonBody(request, readers);
    if (filter === undefined) throw invalidParameter('filter', `must be there; ${EVERY_OPEN}`);
    if (dryRun) return { status: 200, body: await lookAt(ports.jobs, filter, identity) };
    const begun = { tenant: identity.tenant, within: boundsOf(identity), filter, rate, ...changeOf(request, identity) };
    const job = await beginJob(begun, ports);
    return { status: 202, headers: { location: replayLink(job._id) }, body: viewOf(job, noOutcomes) };
  };

/** How many there are and some of them; their data, as far as it fits, for those who may read failures. */
async function lookAt(jobs: ReplayJobs, filter: ReplayFilter, identity: Identity) {
  const reach = ownReach(identity);
  const [matched, found] = await Promise.all([jobs.count(reach, filter), jobs.sample(reach, filter, SAMPLES)]);
  const maySee = hasScope(identity, 'failures:read');
  let bytes = 0;
  const samples = found.map(({ id, data }) => {
    if (!maySee || data === undefined) return { id };
    bytes += Buffer.byteLength(data);
    return bytes > SAMPLE_BYTES ? { id } : { id, data: parseJson(data) };
  });
  return { matched, samples };
}

const listJobs =
  (jobs: ReplayJobs): HttpHandler =>
  (request, identity) => {
    const reach = listedReach(identity, request.query, ownReach(identity));
    return pageAnswer(
      request,
      { list: 'replays', reach, filter: readLimit(request) },
      async (asked) => {
        const { items, next } = await jobs.list(reach, asked);
        return { items: await viewsOf(jobs, items, reach), next };
      },
      (view) => view,
    );
  };

/** @param find the job as it stands, after whatever is done to it */
const showJob =
  (jobs: ReplayJobs, find: (request: HttpRequest, identity: Identity) => Promise<ReplayJob | null>): HttpHandler =>
  async (request, identity) => {
    const job = await find(request, identity);
    if (!job) throw jobUnknown(idOf(request));
    const [body] = await viewsOf(jobs, [job], ownReach(identity));
    return { status: 200, body };
  };

const idOf = ({ pathParameters: { id = '' } }: HttpRequest): string => id;

async function viewsOf(jobs: ReplayJobs, some: readonly ReplayJob[], reach: Reach) {
  const outcomes = await jobs.outcomes(some);
  return some.flatMap((job, index) => {
    const counted = outcomes[index];
    return counted ? [{ ...whose(reach, job.tenant), ...viewOf(job, counted) }] : [];
  });
}

/** `done` is the sum of the outcomes, and so is exact whatever became of the job. */
function viewOf(job: ReplayJob, outcomes: JobOutcomes) {
  const { _id: id, kind = 'replay', state, filter, rate, by, createdtime, matched, passedOver } = job;
  const done = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const links = { self: replayLink(id) };
  return { id, kind, state, filter, rate, by, createdtime, matched, done, passedOver, outcomes, links };
}
