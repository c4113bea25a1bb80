import type { Catalogue } from '../../../lib/core/catalogue.ts';
import { noOutcomes } from '../../../lib/core/job-outcomes.ts';
import { getDocuments } from '../../../lib/http/api-documents/documents.ts';
import { getEvents } from '../../../lib/http/get-events.ts';
import { getFailures } from '../../../lib/http/get-failures.ts';
import { getHealth } from '../../../lib/http/get-health.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { postEvents } from '../../../lib/http/post-events.ts';
import { postFailures } from '../../../lib/http/post-failures.ts';
import { replays } from '../../../lib/http/replays.ts';
import type { FailureDesk } from '../../../lib/ports/failure-desk.ts';
import type { FailureQueries } from '../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { ReplayJob, ReplayJobs } from '../../../lib/ports/replay-jobs.ts';
import { catalogue as catalogueFunction } from '../../../lib/wiring/functions/catalogue.ts';
import { failures } from '../../../lib/wiring/functions/failures.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { query } from '../../../lib/wiring/functions/query.ts';
import { replay } from '../../../lib/wiring/functions/replay.ts';
import { ingestWorld } from '../ingest-world.ts';
import { silentLog } from '../log.ts';
import { queryWorld, recordOf } from '../query-world.ts';

/** Every function that answers requests, on ports in memory: every id is found, and there is one of everything. */
export function apiWorld(catalogue: Catalogue) {
  const world = ingestWorld({ catalogue });
  const { publisher, claims, clock, queueUrlPrefix } = world.ports;
  const { failure, record, ...ports } = deskOf(catalogue);
  const queries = queryWorld();
  queries.page = { items: [record], next: 'next' };
  queries.add(recordOf({ id: 'e' }));
  const outcomes = { forget: async () => undefined };
  const desk = { desk: ports.desk, claims, outcomes, publisher, catalogue, clock, log: silentLog, queueUrlPrefix };
  const handlers = {
    ...postEvents(world.ports),
    ...getEvents(queries.ports),
    ...getFailures(ports.queries),
    ...postFailures(desk),
    ...replays({ jobs: jobsOf(failure), publisher, clock, queueUrlPrefix }),
    ...getDocuments(catalogue, { stage: 'local', queueUrlPrefix, functions: httpFunctions }),
    ...getHealth({ mongodb: async () => true, redis: async () => true, sqs: async () => true }, async () => [], clock),
  };
  return httpFunction({ routes, handlers: async () => handlers, open: true, log: silentLog });
}

const routes = {
  ...ingest.routes,
  ...query.routes,
  ...failures.routes,
  ...replay.routes,
  ...catalogueFunction.routes,
  ...health.routes,
};

function deskOf({ entries: [entry] }: Catalogue) {
  const { type = '', example } = entry?.definition ?? {};
  const record = recordOf({ type, data: JSON.stringify(example), state: 'failed' });
  const { id, source, time, recordedtime, fingerprint, data } = record;
  const failure: FailureRecord = {
    ...{ _id: 'f-1', tenant: 'local', eventKey: record._id, type, cause: 'permanent', code: 'c', message: 'm' },
    ...{ group: 'g', event: JSON.stringify({ id, source, type, time }), data, fingerprint, replay: 0 },
    ...{ attempts: record.attempts, recordedtime, state: 'open' },
  };
  const queries: FailureQueries = {
    getFailure: async () => failure,
    listFailures: async () => ({ items: [failure], next: 'next' }),
    groupFailures: async () => ({
      items: [{ group: 'g', counts: { open: 1 }, first: recordedtime, last: recordedtime, example: failure }],
      next: 'next',
    }),
  };
  const desk: FailureDesk = {
    async change(_, __, decide) {
      const change = decide({ failure, record, replacementSeen: false });
      if (change?.kind === 'replay') return { ...failure, state: 'replaying', replay: change.replay };
      if (change?.kind === 'replace') return { ...failure, state: 'replayed', replacement: change.replacement };
      if (change?.kind === 'discard')
        return { ...failure, state: 'discarded', discarded: { reason: change.reason, at: change.at.toISOString() } };
      return failure;
    },
  };
  return { failure, record, queries, desk };
}

function jobsOf({ recordedtime }: FailureRecord): ReplayJobs {
  const job: ReplayJob = {
    ...{ _id: 'j-1', tenant: 'local', filter: { status: ['open'], ids: ['f-1'] }, rate: 10, state: 'running' },
    ...{ by: { key: 'k', name: 'k' }, matched: 1, passedOver: 0, pending: [], createdtime: recordedtime },
  };
  return {
    count: async () => 1,
    sample: async () => [{ id: 'f-1', data: '{}' }, { id: 'f-2' }],
    create: async () => true,
    running: async () => null,
    get: async () => job,
    list: async () => ({ items: [job], next: 'next' }),
    outcomes: async (some) => some.map(() => noOutcomes),
    hasReplayed: async () => false,
    lastTaken: async () => 0,
    next: async () => null,
    take: async () => null,
    tell: async () => undefined,
    end: async () => undefined,
    cancel: async () => ({ ...job, state: 'cancelled' }),
  };
}
