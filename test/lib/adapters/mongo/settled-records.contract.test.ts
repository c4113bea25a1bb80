import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { mongoSettledRecords } from '../../../../lib/adapters/mongo/settled-records.ts';
import { STORED_FORMAT } from '../../../../lib/core/format.ts';
import { testEngines } from '../../../support/engines.ts';

const engines = await testEngines();
const database = `test-${randomUUID().slice(0, 8)}`;
const connection = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 60_000 });
const { db, events } = connection;
const records = mongoSettledRecords(connection);
beforeAll(() => setupDatabase(db, {}));
afterAll(async () => {
  await db.dropDatabase();
  await connection.close();
  await engines.stop();
});

const keyOf = (index: number) => `key-${String(index).padStart(39, '0')}`;
const at = new Date().toISOString();

/** Settles so many events, each of which has added a member of so many characters to a set. */
async function settle(first: number, count: number, characters: number): Promise<void> {
  const commands = [['SADD', 'all', 'x'.repeat(characters)]];
  const projections = JSON.stringify([{ projection: 'members', commands }]);
  await events.insertMany(
    Array.from({ length: count }, (_, index) => ({
      ...{ _id: keyOf(first + index), tenant: 't', source: '/s', id: `${first + index}`, type: 'one.made' },
      ...{ time: at, recordedtime: at, extensions: '{}', data: '{}', fingerprint: 'f', replay: 0, attempts: [] },
      ...{ state: 'succeeded' as const, settledAt: new Date(at), projected: false, projections },
    })),
  );
}

test('large records are read in pages that a budget and a memory have room for, each once', async () => {
  await settle(0, 40, 1_000_000);
  await settle(40, 1100, 10);
  const pages: { keys: string[]; bytes: number }[] = [];
  for await (const page of records.pages())
    pages.push({ keys: page.map(({ key }) => key), bytes: Buffer.byteLength(JSON.stringify(page)) });
  for (const { keys, bytes } of pages) {
    expect(bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(keys.length).toBeLessThanOrEqual(1000);
  }
  expect(pages.flatMap(({ keys }) => keys)).toEqual(Array.from({ length: 1140 }, (_, index) => keyOf(index)));
});

test('what newer code wrote is read, and not told as projected', async () => {
  await settle(5000, 2, 1);
  const [own = '', newer = ''] = [keyOf(5000), keyOf(5001)];
  await events.updateOne({ _id: newer }, { $set: { format: STORED_FORMAT + 1 } });
  await records.markProjected([own, newer]);
  expect(await records.projected([own, newer])).toEqual(new Set([own]));
});
