import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCommand, runProjectionsCommand } from '../../deploy/projections.ts';
import { connectMongo, type MongoConnection } from '../../lib/adapters/mongo/client.ts';
import { mongoSettledRecords } from '../../lib/adapters/mongo/settled-records.ts';
import type { EventRecord } from '../../lib/ports/records.ts';
import { type TestEngines, testEngines } from '../support/engines.ts';
import { localSpace } from '../support/local-space.ts';
import { neutralEvents } from '../support/neutral-events.ts';

const run = randomUUID().slice(0, 8);
const tenant = `site-${run}`;
const EVENTS = 1100;
const day = '2026-05-01';
let engines: TestEngines;
let mongo: MongoConnection;
let redis: Redis;

beforeAll(async () => {
  vi.stubEnv('SLUICE_EVENTS', neutralEvents);
  engines = await testEngines();
  mongo = connectMongo({ uri: engines.mongoUri, database: `projections-${run}`, timeoutMs: 10_000 });
  redis = new Redis(engines.redisUrl);
  await mongo.events.insertMany(Array.from({ length: EVENTS }, (_, index) => record(index)));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  const left = await redis.keys(`{${localSpace}:${tenant}:*`);
  await Promise.all(left.map((key) => redis.del(key)));
  redis.disconnect();
  await mongo.db.dropDatabase();
  await mongo.close();
  await engines.stop();
});

/** Every seventh did not succeed, every third recorded a projection. */
function record(index: number): EventRecord {
  const name = String(index).padStart(5, '0');
  const commands = [{ projection: 'notes-kept', keepSeconds: 400 * 86_400, commands: [['INCRBY', day, '1']] }];
  return {
    _id: `${name}${randomUUID()}`,
    tenant,
    source: '/s',
    id: name,
    type: 'note.kept',
    time: '2026-05-01T00:00:00Z',
    recordedtime: '2026-05-01T00:00:00.000Z',
    extensions: '{}',
    data: '{}',
    fingerprint: 'A'.repeat(43),
    state: index % 7 === 0 ? 'failed' : 'succeeded',
    replay: 0,
    attempts: [],
    settledAt: new Date(),
    ...(index % 3 === 0 && { projections: JSON.stringify(commands), projected: index % 2 === 0 }),
  };
}
const told = Array.from({ length: EVENTS }, (_, index) => index).filter((index) => index % 7 !== 0 && index % 3 === 0);

async function projections(...args: string[]) {
  const said: string[] = [];
  const environment = {
    MONGODB_URI: engines.mongoUri,
    MONGODB_DATABASE: `projections-${run}`,
    REDIS_URL: engines.redisUrl,
  };
  const answer = await runProjectionsCommand(parseCommand([...args, '--stage', 'local']), environment, (line) =>
    said.push(line),
  );
  return { ...answer, said };
}

describe('npm run projections', () => {
  it('reads every settled record once, page by page', async () => {
    const read: string[] = [];
    for await (const page of mongoSettledRecords(mongo).pages()) read.push(...page.map(({ key }) => key.slice(0, 5)));
    expect(read).toEqual(told.map((index) => String(index).padStart(5, '0')));
  });

  it('checks, rebuilds with progress and a table, and finds all well after it', async () => {
    const before = await projections('check', 'notes-kept');
    expect(before.exitCode).toBe(2);
    expect(before.output).toMatch(
      new RegExp(`^notes-kept  ${tenant}  ${day} +records tell ${told.length}  Redis holds 0$`, 'm'),
    );
    const { output, said, exitCode } = await projections('rebuild', 'notes-kept');
    expect(exitCode).toBe(0);
    expect(said).toContain(`records surveyed, projections 1, records ${told.length}`);
    expect(said.filter((line) => line.startsWith('records applied')).length).toBeGreaterThan(1);
    expect(output).toMatch(new RegExp(`^notes-kept +${tenant} +${told.length} .* 1 +0 +0$`, 'm'));
    expect(output).toContain('Records stay 45 days');
    expect(await projections('check', 'notes-kept')).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('0 differences'),
    });
    expect(await mongo.events.countDocuments({ projected: false, state: 'succeeded' })).toBe(0);
  });

  it('answers in JSON', async () => {
    const { output } = await projections('rebuild', 'notes-kept', '--json');
    expect(JSON.parse(output)).toMatchObject({
      retentionDays: 45,
      projections: [{ projection: 'notes-kept', tenant, records: told.length, keys: 1, carried: 0, refused: 0 }],
    });
    await redis.incr((await redis.keys(`{${localSpace}:${tenant}:notes-kept}:*:key:${day}`))[0] ?? '');
    expect(JSON.parse((await projections('check', 'notes-kept', '--json')).output)).toMatchObject({
      differences: [{ tenant, key: day, expected: told.length, found: told.length + 1 }],
    });
  });
});
