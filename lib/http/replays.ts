import { toMilliseconds } from '../core/rfc3339.ts';
import { beginJob, type JobPorts, jobUnknown } from '../failures/replay/jobs.ts';
import type { ReplayFilter, ReplayJob } from '../ports/replay-jobs.ts';
import { failureCauses } from './get-failures.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { jsonBody } from './json-body.ts';
import { invalidParameter } from './list-filter.ts';

const DEFAULT_RATE = 10;
const MAX_RATE = 50;

/** Replays of many failures (docs/http.md section 4). */
export const replays = (ports: JobPorts): Handlers<'POST /replays' | 'GET /replays/{id}' | 'DELETE /replays/{id}'> => ({
  'POST /replays': beginReplay(ports),
  'GET /replays/{id}': showJob((id, tenant) => ports.jobs.get(id, tenant)),
  'DELETE /replays/{id}': showJob((id, tenant) => ports.jobs.cancel(id, tenant)),
});

const beginReplay =
  (ports: JobPorts): HttpHandler =>
  async (request, { tenant }) => {
    const body = jsonBody(request, ['filter', 'dryRun', 'rate']);
    const filter = readFilter(body.get('filter'));
    const dryRun = body.get('dryRun') ?? false;
    const rate = body.get('rate') ?? DEFAULT_RATE;
    if (typeof dryRun !== 'boolean') throw invalidParameter('dryRun', 'must be true or false');
    if (typeof rate !== 'number' || !Number.isInteger(rate) || rate < 1 || rate > MAX_RATE) {
      throw invalidParameter('rate', `must be a whole number from 1 to ${MAX_RATE}: failures a second`);
    }
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

/** Said outright, because nothing else stands between a slip and a replay of everything: `{}` is all that are open. */
function readFilter(value: unknown): ReplayFilter {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('filter', 'must be an object; {} is every open failure');
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, readMember(name, one)]));
}

function readMember(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw invalidParameter(`filter.${name.slice(0, 60)}`, 'must be a text');
  if (name === 'type' || name === 'group') return value;
  if (name === 'since' || name === 'until') {
    const time = toMilliseconds(value);
    if (time === undefined) throw invalidParameter(`filter.${name}`, 'must be a timestamp of RFC 3339');
    return time;
  }
  if (name !== 'cause') throw invalidParameter(`filter.${name.slice(0, 60)}`, 'is not understood here');
  const cause = failureCauses.find((one) => one === value);
  if (cause === undefined) throw invalidParameter('filter.cause', `must be one of ${failureCauses.join(', ')}`);
  return cause;
}

const linkOf = ({ _id }: ReplayJob): string => `/replays/${_id}`;

function viewOf(job: ReplayJob) {
  const { _id: id, filter, rate, state, matched, replayed, passedOver, createdtime } = job;
  return { id, state, filter, rate, matched, replayed, passedOver, createdtime, links: { self: linkOf(job) } };
}
