import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysIn } from '../../../lib/adapters/redis/keys.ts';
import { redisOptions } from '../../../lib/core/adapter-options.ts';
import { readConfig } from '../../../lib/core/config.ts';
import type { ProjectionKeyName } from '../../../lib/ports/generations.ts';
import type { StoredOutcome } from '../../../lib/ports/results.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';
import { connectMongo } from '../../../lib/wiring/mongo.ts';
import {
  claimsOn,
  connectRedis,
  forgetDerived,
  generationsOn,
  projectionsOn,
  ratesOn,
  resultsOn,
} from '../../../lib/wiring/redis.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';
import { silentLog } from '../../support/log.ts';

const service = `two${randomBytes(4).toString('hex')}`;
const tenant = 'local';
const key = 'k'.repeat(43);
const claim = () => ({
  owner: randomBytes(16).toString('base64url').slice(0, 22),
  ...{ confirmed: false, fingerprint: 'f'.repeat(43), type: 'parcel.sent' },
  ...{ time: '2026-11-23T10:00:00Z', recordedtime: '2026-11-23T10:00:01.000Z' },
});
const succeeded: StoredOutcome = { outcome: 'succeeded', fingerprint: 'f'.repeat(43), replay: 0 };
const event = {
  ...{ id: 'e', source: '/s', type: 'parcel.sent', time: '2026-11-23T10:00:00Z' },
  ...{ recordedtime: '2026-11-23T10:00:01.000Z', extensions: {}, status: 'succeeded' as const, attempts: [] },
};
const counted = { projection: 'sent', commands: [['INCRBY', 'all', '1']] } as const;

/** What the functions of one stage have, as their environment says. */
function stageOf(STAGE: string, { mongoUri, redisUrl }: TestEngines) {
  const config = readConfig(['mongodb', 'redis', 'results', 'RETENTION_DAYS'], {
    ...{ SERVICE: service, STAGE, MONGODB_URI: mongoUri, REDIS_URL: redisUrl, WITHOUT_TLS: 'mongodb,redis' },
    ...{ MONGODB_TIMEOUT_MS: '20000', REDIS_TIMEOUT_MS: '20000', WAITS_PER_TENANT: '1', WAITS_IN_ALL: '1' },
  });
  const redis = connectRedis(config, silentLog);
  return {
    redis,
    mongo: connectMongo(config),
    keys: keysIn(redisOptions(config).space),
    claims: claimsOn(redis, config),
    rates: ratesOn(redis),
    results: resultsOn(redis, config),
    projections: projectionsOn(redis),
    generations: generationsOn(redis, config, systemClock),
    forget: () => forgetDerived(redis, config),
  };
}

/** Entry 31: dev took an event, and prod answered `duplicate: true` for the same id and never sent it. */
describe('entry 31: two stages on one Redis and one MongoDB (protocol: one-stage)', () => {
  let engines: TestEngines;
  let dev: ReturnType<typeof stageOf>;
  let prod: ReturnType<typeof stageOf>;
  beforeAll(async () => {
    engines = await testEngines();
    [dev, prod] = [stageOf('dev', engines), stageOf('prod', engines)];
  });
  afterAll(async () => {
    for (const { mongo, redis, forget } of [dev, prod]) {
      await forget();
      await mongo.db.dropDatabase();
      await Promise.all([mongo.close(), redis.close()]);
    }
    await engines.stop();
  });

  it('an id that one has taken is new to the other', async () => {
    const taken = { key, claim: claim() };
    expect(await dev.claims.claim([taken])).toEqual([null]);
    await dev.claims.confirm([taken]);
    expect(await prod.claims.claim([{ key, claim: claim() }])).toEqual([null]);
    expect(await dev.claims.read(key)).toMatchObject({ owner: taken.claim.owner, confirmed: true });
  });

  it('what became of it is told in the one alone, and so are its notes and void marks', async () => {
    await dev.results.tell(key, succeeded, event);
    expect(await dev.results.read(key)).toMatchObject({ outcome: succeeded });
    expect(await prod.results.read(key)).toBeNull();
    await dev.results.noteWaits([{ key, why: 'outage', at: '2026-11-23T10:00:05.000Z', seconds: 5 }]);
    expect(await prod.results.readWait(key)).toBeNull();
    await dev.results.voidMarks([{ key, run: 'r' }]);
    expect(await prod.results.voidedMarks([{ key, run: 'r' }])).toEqual(new Set());
    expect(prod.keys.settledChannel(key)).not.toBe(dev.keys.settledChannel(key));
  });

  it('tokens and places to wait of the one are none of the other’s', async () => {
    const policies = [{ whose: 'tenant', of: 'events', quota: 1, windowSeconds: 60 }] as const;
    const ask = async ({ rates }: typeof dev) =>
      (await rates.take({ tenant, key: 'k', policies }, { requests: 1, events: 1, bytes: 1 })).events;
    expect([await ask(dev), await ask(dev), await ask(prod)]).toEqual([1, 0, 1]);
    const take = async ({ results }: typeof dev) => (await results.takeSlot({ tenant }, 60_000)) !== null;
    expect([await take(dev), await take(dev), await take(prod)]).toEqual([true, false, true]);
  });

  it('each counts the same event once, lists its own keys, and rebuilds and forgets none of the other', async () => {
    const read = ({ projections }: typeof dev) => projections.read(tenant, 'sent', 'counter', ['all']);
    await dev.projections.apply(tenant, key, [counted]);
    await prod.projections.apply(tenant, key, [counted]);
    expect([await read(dev), await read(prod)]).toEqual([1, 1]);
    const listed: ProjectionKeyName[] = [];
    for await (const page of prod.generations.scan()) listed.push(...page);
    expect(listed.map(({ use, name }) => `${use} ${name}`).toSorted()).toEqual([`guard ${key}`, 'key all']);
    await dev.generations.announce(tenant, 'sent', 'counter');
    expect(await prod.generations.live(tenant, 'sent')).toEqual(['0']);
    await dev.forget();
    expect([await read(dev), await read(prod)]).toEqual([0, 1]);
    expect(await prod.claims.read(key)).not.toBeNull();
  });

  it('each has a database of its own, with one record of the event', async () => {
    for (const { mongo } of [dev, prod]) await mongo.db.collection<{ _id: string }>('events').insertOne({ _id: key });
    expect([dev.mongo.db.databaseName, prod.mongo.db.databaseName]).toEqual([`${service}_dev`, `${service}_prod`]);
  });
});
