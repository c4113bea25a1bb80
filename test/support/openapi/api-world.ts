import type { Catalogue } from '../../../lib/core/catalogue.ts';
import { noOutcomes } from '../../../lib/core/job-outcomes.ts';
import { getDocuments } from '../../../lib/http/api-documents/documents.ts';
import { getAudit } from '../../../lib/http/get-audit.ts';
import { getEvents } from '../../../lib/http/get-events.ts';
import { getFailures } from '../../../lib/http/get-failures.ts';
import { getHealth } from '../../../lib/http/get-health.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { keyHandlers } from '../../../lib/http/keys.ts';
import { postEvents } from '../../../lib/http/post-events.ts';
import { postFailures } from '../../../lib/http/post-failures.ts';
import { replays } from '../../../lib/http/replays.ts';
import { tenantHandlers } from '../../../lib/http/tenants.ts';
import type { AuditEntry } from '../../../lib/ports/audit.ts';
import type { FailureDesk } from '../../../lib/ports/failure-desk.ts';
import type { FailureQueries } from '../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { ReplayJob, ReplayJobs } from '../../../lib/ports/replay-jobs.ts';
import { catalogue as catalogueFunction } from '../../../lib/wiring/functions/catalogue.ts';
import { failures } from '../../../lib/wiring/functions/failures.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { keys as keysFunction } from '../../../lib/wiring/functions/keys.ts';
import { query } from '../../../lib/wiring/functions/query.ts';
import { replay } from '../../../lib/wiring/functions/replay.ts';
import { allLoaded } from '../all-loaded.ts';
import { ingestWorld } from '../ingest-world.ts';
import { keysWorld } from '../keys-world.ts';
import { silentLog } from '../log.ts';
import { memoryDesk } from '../memory-desk.ts';
import { queryWorld, recordOf } from '../query-world.ts';

/** Every function that answers requests, on ports in memory: every id is found, and there is one of everything. */
export const apiWorld = (catalogue: Catalogue) => auditedWorld(catalogue, { open: true }).answer;

/** As apiWorld, with what the audit was told. @param open whether nobody needs a key */
export function auditedWorld(catalogue: Catalogue, { open }: { open: boolean }) {
  const world = ingestWorld({ catalogue: allLoaded(catalogue) });
  const { publisher, claims, clock, queueUrlPrefix } = world.ports;
  const told: AuditEntry[] = [];
  const { failure, record, audit, ...ports } = deskOf(catalogue);
  const queries = queryWorld();
  queries.page = { items: [record], next: 'next' };
  queries.add(recordOf({ id: 'e' }));
  const outcomes = { forget: async () => undefined };
  const { metrics } = world;
  const given = { publisher, catalogue, clock, log: silentLog, metrics, queueUrlPrefix };
  const desk = { desk: ports.desk, claims, outcomes, ...given };
  const access = keysWorld({ stage: 'local', anyId: true });
  const handlers = {
    ...postEvents(world.ports),
    ...getEvents(queries.ports),
    ...getFailures(ports.queries),
    ...postFailures(desk),
    ...replays({ jobs: jobsOf(failure, told), publisher, clock, queueUrlPrefix }),
    ...keyHandlers(access.ports),
    ...tenantHandlers(access.ports),
    ...getAudit(access.audit),
    ...getDocuments(catalogue, { stage: 'local', queueUrlPrefix, functions: httpFunctions }),
    ...getHealth({ mongodb: async () => true, redis: async () => true, sqs: async () => true }, async () => [], clock),
  };
  const answer = httpFunction({ routes, handlers: async () => handlers, open, log: silentLog });
  return { answer, audit: (): AuditEntry[] => [...audit, ...told, ...access.keys.audit] };
}

const routes = {
  ...ingest.routes,
  ...query.routes,
  ...failures.routes,
  ...replay.routes,
  ...keysFunction.routes,
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
  const one = memoryDesk({ failure, record, replacementSeen: false });
  const desk: FailureDesk = { change: (_, __, decide) => one.desk.change({ tenants: 'all' }, failure._id, decide) };
  return { failure, record, queries, desk, audit: one.audit };
}

function jobsOf({ recordedtime }: FailureRecord, told: AuditEntry[]): ReplayJobs {
  const job: ReplayJob = {
    ...{ _id: 'j-1', tenant: 'local', filter: { status: ['open'], ids: ['f-1'] }, rate: 10, state: 'running' },
    ...{ by: { key: 'k', name: 'k' }, matched: 1, passedOver: 0, pending: [], createdtime: recordedtime },
  };
  return {
    count: async () => 1,
    sample: async () => [{ id: 'f-1', data: '{}' }, { id: 'f-2' }],
    create: async (_, audit) => told.push(audit) > 0,
    running: async () => null,
    get: async () => job,
    list: async () => ({ items: [job], next: 'next' }),
    outcomes: async (some) => some.map(() => noOutcomes),
    hasReplayed: async () => false,
    wake: async () => true,
    lastTaken: async () => 0,
    next: async () => null,
    take: async () => null,
    tell: async () => undefined,
    end: async () => undefined,
    cancel: async (_, __, audit) => {
      told.push(audit(job));
      return { ...job, state: 'cancelled' };
    },
  };
}
