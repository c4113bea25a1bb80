import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { startMongo } from '../../../../local/engines/mongo/server.ts';
import { claims } from '../../../support/claims/claim.ts';
import { rawConnection } from './raw.ts';
import { begin, collectionOf, errorOf, isEmbedded, mongo, transient } from './support.ts';

const { does } = claims('mongo', 'cursors');
const fixture = mongo();
const three = () => collectionOf(fixture, { _id: 1 }, { _id: 2 }, { _id: 3 });

does('core/cursors/', 'a cursor gives every document once, in batches', async () => {
  const collection = await collectionOf(fixture, ...Array.from({ length: 250 }, (_, n) => ({ n })));
  const numbers = Array.from({ length: 250 }, (_, n) => n);
  expect((await collection.find().batchSize(20).sort({ n: 1 }).toArray()).map(({ n }) => n)).toEqual(numbers);
  expect(await collection.find().toArray()).toHaveLength(250);
  const { cursor } = await fixture.db.command({ find: collection.collectionName });
  expect(cursor.firstBatch).toHaveLength(101);
});

does(
  'reference/command/getMore/',
  'getMore takes its own batch size, and the cursor ends with the last document',
  async () => {
    const { collectionName } = await three();
    const { cursor } = await fixture.db.command({ find: collectionName, batchSize: 0 });
    expect(cursor.firstBatch).toEqual([]);
    const more = { getMore: cursor.id, collection: collectionName };
    expect((await fixture.db.command({ ...more, batchSize: 2 })).cursor.nextBatch).toEqual([{ _id: 1 }, { _id: 2 }]);
    const last = await fixture.db.command(more);
    expect([last.cursor.nextBatch, Number(last.cursor.id)]).toEqual([[{ _id: 3 }], 0]);
    expect((await errorOf(fixture.db.command(more))).code).toBe(43);
  },
);

does(
  'reference/method/cursor.maxTimeMS/',
  'the time that later batches take counts against maxTimeMS of the find, and no time between them',
  async () => {
    const limit = 1000;
    const collection = await collectionOf(fixture, ...Array.from({ length: 8000 }, (_, n) => ({ n })));
    const { collectionName } = collection;
    // What none works off within the limit.
    const projection = { sum: { $sum: { $map: { input: { $range: [0, 2000] }, in: { $add: ['$$this', '$n'] } } } } };
    const { cursor } = await fixture.db.command({ find: collectionName, projection, batchSize: 1, maxTimeMS: limit });
    const more = { getMore: cursor.id, collection: collectionName };
    await pause(limit * 1.5);
    expect((await fixture.db.command({ ...more, batchSize: 1 })).cursor.nextBatch).toHaveLength(1);
    expect((await errorOf(fixture.db.command(more))).code).toBe(50);
    expect((await errorOf(fixture.db.command(more))).code).toBe(43);
  },
);

does('reference/command/killCursors/', 'a killed cursor is gone', async () => {
  const { collectionName } = await three();
  const { cursor } = await fixture.db.command({ find: collectionName, batchSize: 2 });
  const kill = { killCursors: collectionName, cursors: [cursor.id] };
  expect(await fixture.db.command(kill)).toMatchObject({ cursorsKilled: [cursor.id], cursorsNotFound: [] });
  expect(await fixture.db.command(kill)).toMatchObject({ cursorsKilled: [], cursorsNotFound: [cursor.id] });
  expect((await errorOf(fixture.db.command({ getMore: cursor.id, collection: collectionName }))).code).toBe(43);
});

does('reference/method/cursor.close/', 'a cursor that the client closes early leaves nothing open', async () => {
  const collection = await three();
  const cursor = collection.find().batchSize(1);
  await cursor.next();
  await cursor.close();
  expect(cursor.closed).toBe(true);
  expect(await collection.find().batchSize(1).toArray()).toHaveLength(3);
});

does('reference/limits/', 'large documents are split over batches of 16 MB', async () => {
  const collection = await collectionOf(fixture);
  const data = randomBytes(6 * 2 ** 20);
  for (let n = 0; n < 4; n++) await collection.insertOne({ n, data });
  const { cursor } = await fixture.db.command({ find: collection.collectionName });
  expect(cursor.firstBatch.length).toBeLessThan(4);
  const kept = await collection
    .find({}, { projection: { n: 1 } })
    .sort({ n: 1 })
    .toArray();
  expect(kept.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
  expect(await collection.find({}, { projection: { data: 0 } }).toArray()).toHaveLength(4);
});

does('reference/command/getMore/', 'a cursor belongs to its collection, its session and its transaction', async () => {
  const collection = await three();
  const session = begin(fixture);
  const inside = await fixture.db.command({ find: collection.collectionName, batchSize: 1 }, { session });
  const more = { getMore: inside.cursor.id, collection: collection.collectionName };
  expect((await errorOf(fixture.db.command(more))).code).toBeGreaterThan(0);
  expect((await errorOf(fixture.db.command({ ...more, collection: 'another' }, { session }))).code).toBeGreaterThan(0);
  await session.endSession();
});

does('core/transactions/#runtime-limit', 'a cursor of a transaction reads its snapshot to the end', async () => {
  const collection = await three();
  const session = begin(fixture);
  const cursor = collection.find({}, { session, batchSize: 1 });
  await cursor.next();
  await collection.deleteMany({});
  expect(await cursor.toArray()).toEqual([{ _id: 2 }, { _id: 3 }]);
  await session.commitTransaction();
  await session.endSession();
});

does('core/transactions/', 'a cursor of a transaction that was aborted is gone', async () => {
  const collection = await three();
  const session = begin(fixture);
  const cursor = collection.find({}, { session, batchSize: 1 });
  await cursor.next();
  await fixture.client.db('admin').command({ killSessions: [session.id] });
  expect((await errorOf(cursor.next())).hasErrorLabel(transient)).toBe(true);
  await session.endSession();
});

does('reference/command/drop/', 'a cursor of a dropped collection gives an error or nothing more', async () => {
  const collection = await three();
  const cursor = collection.find({}, { batchSize: 1 });
  await cursor.next();
  await collection.drop();
  const rest = await cursor.toArray().catch((cause: { code?: number }) => cause.code);
  expect(rest).toBeOneOf([43, 175]);
});

if (isEmbedded)
  does(
    'reference/parameters/#mongodb-parameter-param.cursorTimeoutMillis',
    'a cursor that nobody used for its time is gone, but one without timeout',
    async () => {
      const embedded = await startMongo({ cursorTimeoutMs: 100, ttlIntervalMs: 20 });
      const raw = await rawConnection(embedded.uri);
      await raw.run('a', { insert: 'b', documents: [{}, {}, {}] });
      const open = async (options: object) => (await raw.run('a', { find: 'b', batchSize: 1, ...options })).cursor.id;
      const [kept, forgotten] = [await open({ noCursorTimeout: true }), await open({})];
      const more = (id: unknown) => raw.run('a', { getMore: id, collection: 'b', batchSize: 0 });
      await expect.poll(() => more(forgotten), { interval: 200 }).toMatchObject({ ok: 0, code: 43 });
      expect(await more(kept)).toMatchObject({ ok: 1 });
      raw.drop();
      await embedded.stop();
    },
  );
