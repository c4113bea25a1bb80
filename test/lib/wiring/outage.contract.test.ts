import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import { readConfig } from '../../../lib/core/config.ts';
import { authorizer } from '../../../lib/http/authorize.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { postEvents } from '../../../lib/http/post-events.ts';
import type { KeyCopies } from '../../../lib/ports/key-copies.ts';
import { authorizer as declared } from '../../../lib/wiring/functions/authorizer.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { apiKeysOn, connectMongo, type Mongo } from '../../../lib/wiring/mongo.ts';
import {
  claimsOn,
  connectRedis,
  forgetDerived,
  keyCopiesOn,
  type Redis,
  resultsOn,
} from '../../../lib/wiring/redis.ts';
import { anEntry } from '../../support/a-change.ts';
import { allLoaded } from '../../support/all-loaded.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { httpApi } from '../../support/http-api.ts';
import { silentLog } from '../../support/log.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';
import { patientBudgets } from '../../support/patient-budgets.ts';
import { recordingQueue } from '../../support/recording-queue.ts';
import { storedKey } from '../../support/stored-key.ts';

const HOUR = 3_600_000;
/** As deployed; MongoDB answers nothing at all, so that this alone is what each question takes. */
const SILENT_MS = '50';

let engines: TestEngines;
let proxy: FaultProxy;
let mongo: Mongo;
let silent: Mongo;
let redis: Redis;
const SERVICE = `out${randomBytes(4).toString('hex')}`;
const configOf = (uri: string, timeouts: Readonly<Record<string, string>>) =>
  readConfig([...declared.needs, 'results'], {
    ...{ SERVICE, STAGE: 'dev', MONGODB_URI: uri, REDIS_URL: engines.redisUrl, WITHOUT_TLS: 'mongodb,redis' },
    ...{ ...patientBudgets, ...timeouts },
  });

beforeAll(async () => {
  engines = await testEngines();
  proxy = await startFaultProxy(engines.mongoUri);
  mongo = connectMongo(configOf(engines.mongoUri, {}));
  silent = connectMongo(configOf(proxy.url, { MONGODB_TIMEOUT_MS: SILENT_MS }));
  redis = connectRedis(configOf(engines.mongoUri, {}), silentLog);
  await setupDatabase(mongo.db, {});
  proxy.mode = 'silent';
});
afterAll(async () => {
  await forgetDerived(redis, configOf(engines.mongoUri, {}));
  await mongo.db.dropDatabase();
  await Promise.all([mongo.close(), silent.close(), redis.close()]);
  await proxy.stop();
  await engines.stop();
});

/** A key that a stage knows, and an environment of the authorizer and of ingest whenever one is asked for, MongoDB being silent. */
async function known() {
  const clock = fakeClock(Date.now());
  const { text, key } = storedKey({ scopes: ['events:write'] });
  await apiKeysOn(mongo).create({ key, audit: { ...anEntry, action: 'key.created', subject: key.id } });
  const copies = keyCopiesOn(redis);
  const ports = { copies, clock, log: silentLog, stage: 'dev' };
  const first = await createLookUp({ ...ports, keys: apiKeysOn(mongo) })(text);
  expect(first).toMatchObject({ identity: { tenant: 'mine' } });

  /** @param remembered where the copies of keys are */
  const cold = (remembered: Pick<KeyCopies, 'read' | 'write'> = copies) => {
    const queue = recordingQueue();
    const lookUp = createLookUp({ ...ports, copies: remembered, keys: apiKeysOn(silent) });
    const handlers = postEvents({
      ...{ claims: claimsOn(redis, configOf(engines.mongoUri, {})), publisher: queue, clock, log: silentLog },
      ...{
        results: resultsOn(redis, configOf(engines.mongoUri, {})),
        catalogue: allLoaded(catalogueOfTypes(['parcel.sent'])),
      },
      ...{ queueUrlPrefix: 'http://queue/', rateLimit: undefined, metrics: silentMetrics },
    });
    const answer = httpFunction({
      ...{ routes: ingest.routes, handlers: async () => handlers, open: false, log: silentLog },
    });
    const authorize = authorizer(lookUp, { log: silentLog, metrics: silentMetrics });
    const ask = httpApi({ routes: new Map([['POST /events', answer]]), authorizer: async (event) => authorize(event) });
    return async () => {
      const headers = [['Authorization', `Bearer ${text}`] as const];
      const { status } = await ask({ method: 'POST', target: '/events', headers, body: EVENT });
      return [status, queue.published.splice(0).length];
    };
  };
  return { clock, cold };
}
const EVENT = JSON.stringify({ type: 'parcel.sent', data: { name: 'a' } });
/** What an authorizer that throws is to a client: to be sent again. */
const UNDECIDED = [500, 0];

describe('while MongoDB answers nothing, ingest with a key that is known', () => {
  test('accepts for as long as a day, longer than anything is remembered that is not asked for again', async () => {
    const { clock, cold } = await known();
    const warm = cold();
    for (let hour = 0; hour < 24; hour++) {
      expect(await warm(), `warm, after ${hour} h`).toEqual([202, 1]);
      if (hour % 6 === 0) expect(await cold()(), `cold, after ${hour} h`).toEqual([202, 1]);
      clock.advance(hour < 23 ? HOUR : HOUR - 1000);
    }
    expect(await cold()(), 'cold, just before a day is over').toEqual([202, 1]);
    clock.advance(1000);
    for (const ask of [warm, cold()]) expect(await ask(), 'after a day').toEqual(UNDECIDED);
  });

  test('cannot be decided where no copies are kept, the control, and a new environment starts', async () => {
    const { clock, cold } = await known();
    clock.advance(HOUR);
    const nothing = { read: async () => ({ ended: false, disabled: false }), write: async () => undefined };
    expect(await cold(nothing)()).toEqual(UNDECIDED);
    expect(await cold()()).toEqual([202, 1]);
  });
});
