import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventTypes, loadEventFolder } from '../../deploy/event-types.ts';
import { connectMongo, type MongoConnection } from '../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../lib/adapters/mongo/set-up.ts';
import { redisClaims } from '../../lib/adapters/redis/claims.ts';
import { connectRedis, type RedisConnection } from '../../lib/adapters/redis/client.ts';
import { redisResults } from '../../lib/adapters/redis/results.ts';
import { connectSqs } from '../../lib/adapters/sqs/sqs.ts';
import type { Catalogue } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import { queueSuffix } from '../../lib/core/names.ts';
import { connectFailures } from '../../lib/wiring/failures.ts';
import { failures as failuresFunction } from '../../lib/wiring/functions/failures.ts';
import { ingest as ingestFunction } from '../../lib/wiring/functions/ingest.ts';
import { query as queryFunction } from '../../lib/wiring/functions/query.ts';
import { httpHandler } from '../../lib/wiring/http-handler.ts';
import { connectIngest } from '../../lib/wiring/ingest.ts';
import { connectQuery } from '../../lib/wiring/query.ts';
import { ensureQueues } from '../../local/engines/sqs/ensure-queues.ts';
import { call, type Sent } from '../support/api-gateway.ts';
import { type TestEngines, testEngines } from '../support/engines.ts';
import { eventually } from '../support/eventually.ts';
import { localSpace } from '../support/local-space.ts';
import { silentLog } from '../support/log.ts';
import { neutralFolder } from '../support/neutral-events.ts';
import { patientBudgets } from '../support/patient-budgets.ts';
import { recordOf } from '../support/query-world.ts';

let engines: TestEngines;
let catalogue: Catalogue;
let mongo: MongoConnection;
let redis: RedisConnection;
let handlers: ReturnType<typeof made>;

/** As the files in functions/ make them, with the event types of the tests. */
const made = () => ({
  ingest: httpHandler(ingestFunction, connectIngest(load)),
  query: httpHandler(queryFunction, connectQuery(load)),
  failures: httpHandler(failuresFunction, connectFailures),
});
const load = (type: string) => import(`../support/events/${type}.ts`);

beforeAll(async () => {
  [engines, catalogue] = await Promise.all([testEngines(), loadEventFolder(neutralFolder())]);
  const database = `http-${process.pid}`;
  const environment = {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    SERVICE: 'sluice',
    STAGE: 'local',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    EVENT_TYPES: eventTypes(neutralFolder()).join(','),
    QUEUE_URL_PREFIX: `${engines.sqsEndpoint}/000000000000/http-`,
    SQS_ENDPOINT: engines.sqsEndpoint,
    REDIS_URL: engines.redisUrl,
    MONGODB_URI: engines.mongoUri,
    MONGODB_DATABASE: database,
    ...patientBudgets,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  handlers = made();
  mongo = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 60_000 });
  redis = connectRedis({ url: engines.redisUrl, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
  const client = connectSqs({ endpoint: engines.sqsEndpoint, timeoutMs: 60_000 });
  const queues = catalogue.entries.map(({ definition, ordered }) => ({
    name: `http-${queueSuffix(definition.type, ordered)}`,
    attributes: { VisibilityTimeout: '30', ...(ordered && { FifoQueue: 'true' }) },
  }));
  await Promise.all([setupDatabase(mongo.db, {}), ensureQueues(client, queues)]);
  client.destroy();
});

afterAll(async () => {
  await mongo.db.dropDatabase();
  await Promise.all([mongo.close(), redis.close()]);
  await engines.stop();
  vi.unstubAllEnvs();
});

const ingest = (body: unknown, sent: Sent = {}) =>
  call(handlers.ingest, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...sent,
  });
const query = (sent: Sent) => call(handlers.query, { method: 'GET', ...sent });
const unique = () => crypto.randomUUID();

describe('the HTTP functions on the real drivers', () => {
  it('take the example of every event type, and show it as accepted', async () => {
    const events = catalogue.entries.map(({ definition: { type, example } }) => ({
      type,
      id: unique(),
      data: example,
    }));
    expect(await ingest(events)).toMatchObject({ status: 202, body: { accepted: events.length, refused: 0 } });
    for (const { id, type } of events) {
      expect(await query({ path: `/events/${id}`, id })).toMatchObject({
        status: 200,
        body: { id, type, status: 'accepted' },
      });
    }
  });

  it('answer one of 50 equal requests at once as new, and publish once', async () => {
    const [entry] = catalogue.entries;
    const event = { type: entry?.definition.type, id: unique(), data: entry?.definition.example };
    const answers = await Promise.all(Array.from({ length: 50 }, () => ingest(event)));
    expect(answers.filter(({ status, body }) => status === 202 && body.duplicate === false)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![202, 409].includes(status))).toEqual([]);
    expect(await ingest(event)).toMatchObject({ status: 202, body: { duplicate: true, status: 'accepted' } });
    expect(await ingest({ ...event, subject: 'another' })).toMatchObject({ status: 422, body: { code: 'id-reused' } });
  });

  it('hand a result to one that waits, as soon as it is there', async () => {
    const [entry] = catalogue.entries;
    const event = { type: entry?.definition.type ?? '', id: unique(), data: entry?.definition.example };
    const started = performance.now();
    const waiting = ingest(event, { headers: { 'content-type': 'application/json', prefer: 'wait=25' } });
    const { key, fingerprint } = await confirmedClaim(event.id);
    const results = redisResults(redis, { deduplicationMs: 60_000, perTenant: 10, inAll: 10 });
    const record = recordOf({ id: event.id, type: event.type });
    await results.tell(
      key,
      { outcome: 'succeeded', fingerprint, replay: 0 },
      {
        id: record.id,
        source: record.source,
        type: record.type,
        time: record.time,
        recordedtime: record.recordedtime,
        extensions: {},
        status: 'succeeded',
        attempts: record.attempts,
        result: { done: true },
      },
    );
    expect(await waiting).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'wait=25' },
      body: { id: event.id, status: 'succeeded', data: event.data, result: { done: true } },
    });
    // The last look, which would find it without being told, comes after 18 s.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('list what consumers have seen, page by page, and show one of it', async () => {
    const records = [1, 2, 3].map((second) =>
      recordOf({ id: unique(), type: 'listed.once', recordedtime: `2026-11-23T12:00:0${second}.000Z` }),
    );
    await mongo.events.insertMany(records);
    const ids: unknown[] = [];
    let path: string | undefined = '/events?type=listed.once&limit=2';
    while (path !== undefined) {
      const answer = await query({ path });
      expect(answer.status).toBe(200);
      const { items } = answer.body;
      if (Array.isArray(items)) ids.push(...items.map(({ id }) => id));
      path = /^<(.*)>/.exec(answer.headers.link ?? '')?.[1];
    }
    expect(ids).toEqual(records.map(({ id }) => id).reverse());
    const [first] = records;
    expect(await query({ path: `/events/${first?.id}`, id: first?.id ?? '' })).toMatchObject({
      status: 200,
      body: { status: 'succeeded', data: { parcel: 'p' }, result: { done: true } },
    });
    expect(await query({ path: '/events?cursor=bm8' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter' },
    });
  });

  it('show failures', async () => {
    expect(await call(handlers.failures, { method: 'GET', path: '/failures' })).toMatchObject({
      status: 200,
      body: { items: [], next: null },
    });
    expect(await call(handlers.failures, { method: 'GET', path: '/failures/none', id: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'failure-unknown' },
    });
  });
});

/** The claim of an event, once ingest has confirmed it. */
async function confirmedClaim(id: string): Promise<{ key: string; fingerprint: string }> {
  const key = eventKey('local', '/tenants/local', id);
  const claims = redisClaims(redis, { claimTtlMs: 60_000, deduplicationMs: 60_000 });
  return eventually(async () => {
    const claim = await claims.read(key);
    if (!claim?.confirmed) throw new Error('not confirmed yet');
    return { key, fingerprint: claim.fingerprint };
  });
}
