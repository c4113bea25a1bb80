import { failureCauses } from '../core/failure.ts';
import { beginJob, type JobPorts, jobUnknown } from '../failures/replay/jobs.ts';
import type { ReplayJob } from '../ports/replay-jobs.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { jsonBody } from './json-body.ts';
import { filledText, flag, objectOf, timestamp, whole, word } from './members.ts';

const DEFAULT_RATE = 10;
const MAX_RATE = 50;

/** Replays of many failures (docs/http.md section 4). */
export const replays = (ports: JobPorts): Handlers<'POST /replays' | 'GET /replays/{id}' | 'DELETE /replays/{id}'> => ({
  'POST /replays': beginReplay(ports),
  'GET /replays/{id}': showJob((id, tenant) => ports.jobs.get(id, tenant)),
  'DELETE /replays/{id}': showJob((id, tenant) => ports.jobs.cancel(id, tenant)),
});

/** `{}` is said outright, because nothing else stands between a slip and a replay of everything. */
const NEEDED = '{} is every open failure';

const readers = {
  filter: objectOf(
    { type: filledText, cause: word(failureCauses), group: filledText, since: timestamp, until: timestamp },
    NEEDED,
  ),
  dryRun: flag,
  rate: whole(1, MAX_RATE, 'failures a second'),
};

const beginReplay =
  (ports: JobPorts): HttpHandler =>
  async (request, { tenant }) => {
    const { filter, dryRun = false, rate = DEFAULT_RATE } = jsonBody(request, readers);
    if (filter === undefined) throw invalidParameter('filter', `must be there; ${NEEDED}`);
    if (dryRun) return { status: 200, body: { matched: await ports.jobs.count(tenant, filter) } };
    const job = await beginJob({ tenant, filter, rate }, ports);
    return { status: 202, headers: { location: linkOf(job) }, body: viewOf(job) };
  };

/** @param find the job as it stands, after whatever is done to it */
const showJob =
  (find: (id: string, tenant: string) => Promise<ReplayJob | null>): HttpHandler =>
  async ({ pathParameters: { id = '' } }, { tenant }) => {
    const job = await find(id, tenant);
    if (!job) throw jobUnknown(id);
    return { status: 200, body: viewOf(job) };
  };

const linkOf = ({ _id }: ReplayJob): string => `/replays/${_id}`;

function viewOf(job: ReplayJob) {
  const { _id: id, filter, rate, state, matched, replayed, passedOver, createdtime } = job;
  return { id, state, filter, rate, matched, replayed, passedOver, createdtime, links: { self: linkOf(job) } };
}
