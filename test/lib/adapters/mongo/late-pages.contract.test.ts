import { randomUUID } from 'node:crypto';
import type { CommandStartedEvent, Document } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mongoApiKeys } from '../../../../lib/adapters/mongo/api-keys.ts';
import { mongoAudit } from '../../../../lib/adapters/mongo/audit.ts';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { encodeCursor, encodeTimedCursor } from '../../../../lib/adapters/mongo/cursor.ts';
import { mongoEventQueries, mongoFailureQueries } from '../../../../lib/adapters/mongo/queries.ts';
import { mongoReplayJobs } from '../../../../lib/adapters/mongo/replay-jobs.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import type { EventRecord } from '../../../../lib/ports/records.ts';
import type { ReplayJob } from '../../../../lib/ports/replay-jobs.ts';
import { testEngines } from '../../../support/engines.ts';

const engines = await testEngines();
const watched = new URL(engines.mongoUri);
watched.searchParams.set('monitorCommands', 'true');
const database = `test-${randomUUID().slice(0, 8)}`;
const connection = connectMongo({ uri: watched.href, database, timeoutMs: 60_000 });
const { db, events, failures } = connection;
afterAll(async () => {
  await db.dropDatabase();
  await connection.close();
  await engines.stop();
});

const COUNT = 1000;
const LIMIT = 5;
const keyOf = (index: number) => `key-${String(index).padStart(39, '0')}`;
const uuidOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const timeOf = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
const all = Array.from({ length: COUNT }, (_, index) => index);
const reach = { tenants: ['t'] };

const job = (index: number): ReplayJob => ({
  ...{ _id: uuidOf(index), tenant: 't', filter: {}, rate: 1, state: 'done', matched: 0, passedOver: 0, pending: [] },
  createdtime: timeOf(index),
});

beforeAll(async () => {
  await setupDatabase(db, {});
  const alike = { tenant: 't', source: '/s', type: 'one.made', data: '{}', fingerprint: 'f', replay: 0, attempts: [] };
  await events.insertMany(
    all.map((index) => ({
      ...{
        ...alike,
        _id: keyOf(index),
        id: `${index}`,
        state: 'succeeded' as const,
        settledAt: new Date(timeOf(index)),
      },
      ...{ time: timeOf(index), recordedtime: timeOf(index), extensions: '{}' },
    })),
  );
  await failures.insertMany(
    all.map((index) => ({
      ...{ ...alike, _id: keyOf(index), eventKey: keyOf(index), cause: 'permanent' as const, state: 'open' as const },
      ...{ code: 'c', message: 'm', group: 'g', event: '{}', recordedtime: timeOf(index) },
    })),
  );
  await db.collection<ReplayJob>('replays').insertMany(all.map(job));
  await db.collection<{ _id: string }>('keys').insertMany(
    all.map((index) => ({
      ...{ _id: uuidOf(index), tenant: 't', hash: `${index}`, name: 'n', format: 1, scopes: [], last4: '' },
      ...{ createdtime: timeOf(index), by: { key: 'k', name: 'n' } },
    })),
  );
  await db.collection<{ _id: string }>('audit').insertMany(
    all.map((index) => ({
      ...{ _id: uuidOf(index), tenant: 't', at: timeOf(index), action: 'key.created', subject: 's', request: 'r' },
      by: { key: 'k', name: 'n' },
    })),
  );
});

async function findsOf(call: () => Promise<unknown>): Promise<Document[]> {
  const finds: Document[] = [];
  const hear = ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'find') finds.push(command);
  };
  connection.client.on('commandStarted', hear);
  await call();
  connection.client.off('commandStarted', hear);
  return finds;
}

/** How many entries of indexes, or documents, MongoDB looks at for the find of this call. */
async function examinedBy(call: () => Promise<unknown>): Promise<number> {
  const [{ find, filter, sort, limit } = {}] = await findsOf(call);
  const { executionStats } = await db.command({
    explain: { find, filter, sort, limit },
    verbosity: 'executionStats',
  });
  expect(executionStats.nReturned).toBeGreaterThanOrEqual(LIMIT);
  return Math.max(executionStats.totalKeysExamined, executionStats.totalDocsExamined);
}

const { list, listSettled } = mongoEventQueries(connection);
const { listFailures } = mongoFailureQueries(connection);
const jobs = mongoReplayJobs(connection, { expireAfterDays: 1 });
const late = { recordedtime: timeOf(100), _id: keyOf(100) };
const timed = (name: 'job' | 'key' | 'audit') => encodeTimedCursor(name, timeOf(100), uuidOf(100));
const settledLate = Buffer.from(`settled ${timeOf(900)} ${keyOf(900)}`).toString('base64url');
const lateJob: ReplayJob = {
  ...job(COUNT),
  cursor: encodeCursor({ recordedtime: timeOf(COUNT - 10), _id: keyOf(COUNT - 10) }),
};

test.each<[string, () => Promise<unknown>]>([
  ['events', () => list({ tenant: 't' }, { limit: LIMIT, cursor: encodeCursor(late) })],
  ['settled events', () => listSettled({ tenant: 't' }, { limit: LIMIT, cursor: settledLate }, Date.now())],
  ['failures', () => listFailures(reach, { limit: LIMIT, cursor: encodeCursor(late) })],
  ['failures that a job takes', () => jobs.next(lateJob, LIMIT)],
  ['jobs', () => jobs.list(reach, { limit: LIMIT, cursor: timed('job') })],
  ['keys', () => mongoApiKeys(connection).list({ tenant: 't' }, { limit: LIMIT, cursor: timed('key') })],
  ['the audit', () => mongoAudit(connection).list(reach, { limit: LIMIT, cursor: timed('audit') })],
])('a late page of %s is found without a look at those before', async (_, call) => {
  expect(await examinedBy(call)).toBeLessThanOrEqual(3 * LIMIT);
});

test('a rare source is found, however many others there are: no read looks at all of them', async () => {
  const tenant = 'long';
  const rare = 12_000;
  const sources: Readonly<Record<number, string>> = { 3000: '/few', 9000: '/few', [rare]: '/rare' };
  const settledAt = (index: number) => new Date(Date.UTC(2026, 0, 1) + index);
  await events.insertMany(
    Array.from({ length: rare + 1 }, (_, index) => ({
      ...{ _id: `long${keyOf(index).slice(4)}`, tenant, source: sources[index] ?? '/s', id: `${index}` },
      ...{
        type: 'one.made',
        data: '{}',
        extensions: '{}',
        time: timeOf(0),
        recordedtime: timeOf(rare - index),
        fingerprint: 'f',
      },
      ...{ replay: 0, attempts: [], state: 'succeeded' as const, settledAt: settledAt(index) },
    })),
  );
  const own = { tenant, sources: ['/rare'] };
  /** Reads pages until one has something. */
  const look = async (read: (cursor: string | undefined) => Promise<{ items: EventRecord[]; next: string | null }>) => {
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await read(cursor);
      if (items.length > 0 || next === null) return items.map(({ id }) => id);
      cursor = next;
    }
  };
  const since = settledAt(0).toISOString();
  const found: string[][] = [];
  const finds = await findsOf(async () => {
    found.push(
      await look((cursor) => listSettled(own, { limit: LIMIT, since, ...(cursor && { cursor }) }, Date.now())),
      await look((cursor) => list(own, { limit: LIMIT, ...(cursor && { cursor }) })),
    );
  });
  expect(found).toEqual([[`${rare}`], [`${rare}`]]);
  for (const { find, filter, sort, limit, skip } of finds) {
    const explain = { find, filter, sort, limit, skip };
    const { executionStats } = await db.command({ explain, verbosity: 'executionStats' });
    // And the one that it goes on behind.
    if (skip === undefined) expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(5000 + 1);
  }
});

test('what is far between fills a page while there is time', async () => {
  const few = { tenant: 'long', sources: ['/few'] };
  const since = new Date(Date.UTC(2026, 0, 1)).toISOString();
  const settled = await listSettled(few, { limit: LIMIT, since }, Date.now());
  expect(settled.items.map(({ id }) => id)).toEqual(['3000', '9000']);
  const newest = await list(few, { limit: LIMIT });
  expect([newest.items.map(({ id }) => id), newest.next]).toEqual([['3000', '9000'], null]);
});
