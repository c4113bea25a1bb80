import { randomUUID } from 'node:crypto';
import type { MongoConnection } from '../../../lib/adapters/mongo/client.ts';
import type { By, StoredKey } from '../../../lib/core/access/key-entry.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import { failureId } from '../../../lib/core/failure-id.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { EventRecord } from '../../../lib/ports/records.ts';
import type { ReplayJob } from '../../../lib/ports/replay-jobs.ts';
import { storedKey } from '../stored-key.ts';

/** Ids of one event that failed, its failure, a replay of many and a key: what routes name. */
export interface Things {
  event: string;
  failure: string;
  job: string;
  key: string;
}

/** An event type and data that it takes. */
export interface Example {
  type: string;
  data: unknown;
}

export interface ThingsOptions {
  tenant: string;
  example: Example;
  /** Stands where only those may see it who may see the thing: in data, messages, reasons and names. */
  word?: string;
  stage?: string;
}

const by: By = { key: 'none', name: 'a test' };

/** One of everything of a tenant, as it lies in MongoDB. */
export async function addThings(
  { db, events, failures }: Pick<MongoConnection, 'db' | 'events' | 'failures'>,
  { tenant, example: { type, data }, word = 'a word', stage = 'dev' }: ThingsOptions,
): Promise<Things> {
  const [id, source, now] = [`e-${randomUUID()}`, `/tenants/${tenant}`, new Date().toISOString()];
  const key = eventKey(tenant, source, id);
  const fingerprint = 'f'.repeat(43);
  const failure = failureId(key, fingerprint);
  const attempts: EventRecord['attempts'] = [
    { at: now, outcome: 'error', error: { code: 'broken', message: `attempt of ${word}` } },
  ];
  const common = { tenant, source, type, recordedtime: now, data: JSON.stringify(data), fingerprint, replay: 0 };
  const event: EventRecord = {
    ...{ ...common, _id: key, id, time: now, extensions: JSON.stringify({ word: `event of ${word}` }), by },
    ...{ state: 'failed', attempts, failure: { id: failure, cause: 'permanent' }, settledAt: new Date(now) },
  };
  const failed: FailureRecord = {
    ...{ ...common, _id: failure, eventKey: key, cause: 'permanent', code: 'broken', message: `failure of ${word}` },
    ...{ group: `group of ${word}`, event: JSON.stringify({ id, source, type, time: now }), attempts, state: 'open' },
  };
  const job: ReplayJob = {
    ...{ _id: randomUUID(), tenant, filter: { code: `job of ${word}` }, rate: 1, by, state: 'done', matched: 0 },
    ...{ passedOver: 0, pending: [], createdtime: now },
  };
  const { text: _, key: stored } = storedKey({ tenant, name: `key of ${word}`, scopes: ['catalogue:read'] }, stage);
  const { id: keyId, ...made } = { ...stored, createdtime: now } satisfies StoredKey;
  await Promise.all([
    events.insertOne(event),
    failures.insertOne(failed),
    db.collection<ReplayJob>('replays').insertOne(job),
    db.collection<{ _id: string; format: number }>('keys').insertOne({ _id: keyId, ...made, format: 1 }),
  ]);
  return { event: id, failure, job: job._id, key: keyId };
}

/** What is asked of a route. */
export interface RouteRequest {
  method: string;
  path: string;
  body?: object;
}

/** A request of each route that whoever may is answered well. @param named a tenant that only operators name */
export function requestOf(route: string, things: Things, { type, data }: Example, named = 'spare'): RouteRequest {
  const [method = '', template = ''] = route.split(' ');
  const kind = /^\/(\w+)\/\{id\}/.exec(template)?.[1] ?? '';
  const ids: Readonly<Record<string, string>> = {
    ...{ events: things.event, failures: things.failure, replays: things.job, keys: things.key },
  };
  const bodies: Readonly<Record<string, object>> = {
    'POST /events': { type, data, id: randomUUID() },
    'POST /failures/{id}/replay': {},
    'POST /failures/{id}/discard': { reason: 'a test' },
    'POST /replays': { filter: {}, dryRun: true },
    'POST /keys': { name: 'a test', scopes: ['catalogue:read'] },
    'POST /keys/{id}/rotate': {},
    'PUT /tenants/{tenant}': {},
  };
  const body = bodies[route];
  const path = template.replace('{id}', ids[kind] ?? '').replace('{tenant}', named);
  return { method, path, ...(body && { body }) };
}
