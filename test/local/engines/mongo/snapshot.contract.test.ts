import fc from 'fast-check';
import {
  Binary,
  BSONRegExp,
  Code,
  type Db,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { type EmbeddedMongo, startMongo } from '../../../../local/engines/mongo/server.ts';
import { carried } from '../../../support/carried.ts';

async function started(options: Parameters<typeof startMongo>[0] = {}) {
  const server = await startMongo(options);
  const client = new MongoClient(server.uri);
  onTestFinished(async () => {
    await client.close();
    await server.stop();
  });
  return { server, client, db: client.db('a') };
}

async function restored(from: EmbeddedMongo) {
  const to = await started();
  await to.server.restore(carried(from.save()));
  return to;
}

/** Everything that clients can see of a database: bytes of documents in their order, definitions, and what indexes find. */
async function seen(db: Db) {
  const collections = await db.listCollections().toArray();
  const all = await Promise.all(
    collections.map(async ({ name }) => {
      const collection = db.collection(name);
      const found = await collection
        .find({ n: { $gte: 2 } })
        .sort({ n: -1, _id: 1 })
        .toArray();
      const bytes = await collection.find({}, { raw: true }).toArray();
      return { name, indexes: await collection.listIndexes().toArray(), found, bytes: bytes.map(String) };
    }),
  );
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  return { collections: collections.toSorted(byName), all: all.toSorted(byName) };
}

const value = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, -0, 0.5, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 40, 'text\u2028', new Date(0)],
    ...[Long.fromString('9007199254740993'), Decimal128.fromString('1.50'), new ObjectId('65a0c0c0c0c0c0c0c0c0c0c0')],
    ...[
      new Binary(Buffer.from([1, 2, 0])),
      new UUID('0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21'),
      new MinKey(),
      new MaxKey(),
    ],
    ...[
      new BSONRegExp('^a', 'i'),
      new Timestamp({ t: 7, i: 1 }),
      new Code('f()'),
      { $ref: 'b', $id: 1, more: 2 },
      [],
      {},
    ],
  ),
  fc.integer(),
  fc.string(),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const id = fc.integer({ min: 0, max: 12 });
const name = fc.constantFrom('one', 'two', 'three');
type Step = (db: Db) => Promise<unknown>;
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(name, id, value).map(
      ([c, n, v]): Step =>
        (db) =>
          db.collection<{ _id: number }>(c).replaceOne({ _id: n }, { n: n % 5, v }, { upsert: true }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, id).map(
      ([c, n]): Step =>
        (db) =>
          db.collection<{ _id: number }>(c).deleteOne({ _id: n }),
    ),
  },
  fc.tuple(name, fc.boolean()).map(
    ([c, down]): Step =>
      (db) =>
        db.collection(c).createIndex({ n: down ? -1 : 1, v: 1 }),
  ),
  name.map(
    (c): Step =>
      (db) =>
        db.collection(c).createIndex({ v: 1 }, { unique: true, partialFilterExpression: { n: { $gt: 3 } } }),
  ),
  name.map(
    (c): Step =>
      (db) =>
        db.collection(c).createIndex({ at: 1 }, { expireAfterSeconds: 60 }),
  ),
  name.map(
    (c): Step =>
      (db) =>
        db.command({ collMod: c, validator: { n: { $exists: true } } }),
  ),
  name.map(
    (c): Step =>
      (db) =>
        db.collection(c).drop(),
  ),
  fc.tuple(name, name).map(
    ([c, to]): Step =>
      (db) =>
        db.collection(c).rename(to),
  ),
);

test('after random operations the one that is restored answers as the one that was saved', async () => {
  const { server, client } = await started();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const db = client.db('a');
      await db.dropDatabase();
      // Some are refused, as on any server: a name that is taken, a duplicate.
      for (const run of steps) await run(db).catch(() => undefined);
      const other = await startMongo();
      await using reader = new MongoClient(other.uri);
      try {
        await other.restore(carried(server.save()));
        expect(await seen(reader.db('a'))).toEqual(await seen(db));
      } finally {
        await reader.close();
        await other.stop();
      }
    }),
    { numRuns: 12 },
  );
});

test('what is saved is of one moment: what commits meanwhile is not in it, and what was deleted is', async () => {
  const { server, db } = await started();
  const all = db.collection<{ _id: number; v?: number }>('all');
  await all.insertMany(Array.from({ length: 5 }, (_, _id) => ({ _id })));
  const records: Uint8Array[] = [];
  for (const record of server.save()) {
    records.push(record);
    // The first record is the collection, so no document was given out yet.
    if (records.length > 1) continue;
    await all.updateMany({}, { $set: { v: 1 } });
    await all.deleteOne({ _id: 4 });
    await all.insertOne({ _id: 9 });
  }
  const { db: other, server: restoredServer } = await started();
  await restoredServer.restore(carried(records));
  expect(await other.collection<{ _id: number }>('all').find().toArray()).toEqual(
    [0, 1, 2, 3, 4].map((_id) => ({ _id })),
  );
  expect(await all.countDocuments({ v: 1 })).toBe(4);
});

test('an open transaction is no part of it', async () => {
  const { server, client, db } = await started();
  await db.collection('all').insertOne({ n: 1 });
  await client.withSession(async (session) => {
    session.startTransaction();
    await db.collection('all').insertOne({ n: 2 }, { session });
    await db.collection('fresh').insertOne({ n: 3 }, { session });
    const other = await restored(server);
    expect(await other.db.collection('all').distinct('n')).toEqual([1]);
    expect(await other.db.listCollections().toArray()).toHaveLength(1);
    await session.commitTransaction();
  });
  expect(await db.collection('all').countDocuments()).toBe(2);
});

test('unique and TTL indexes hold after it: a duplicate is refused, and what has expired meanwhile leaves', async () => {
  const { server, db } = await started({ ttlIntervalMs: 3_600_000 });
  const all = db.collection('all');
  await all.createIndex({ n: 1 }, { unique: true });
  await all.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
  await all.insertMany([{ n: 1 }, { n: 2, at: new Date(0) }]);
  const other = await restored(server);
  await expect(other.db.collection('all').insertOne({ n: 1 })).rejects.toMatchObject({ code: 11000 });
  await expect.poll(() => other.db.collection('all').distinct('n')).toEqual([1]);
});

test('its number of changes is another one after documents or definitions changed, and only then', async () => {
  const { server, db } = await started();
  const all = db.collection('all');
  const steps = [
    () => all.insertOne({ n: 1 }),
    () => all.createIndex({ n: 1 }),
    () => db.command({ collMod: 'all', validator: { n: 1 } }),
    () => all.dropIndex('n_1'),
    () => all.rename('other'),
    () => db.collection('other').drop(),
    () => db.createCollection('all'),
  ];
  for (const run of steps) {
    const before = server.changes();
    await run();
    expect(server.changes()).not.toBe(before);
    const after = server.changes();
    await all.find().toArray();
    for (const _ of server.save()) expect(server.changes()).toBe(after);
  }
});

test('what is no record of its is refused', async () => {
  const { server } = await started();
  await expect(server.restore(carried([new Uint8Array([7, 5, 0, 0, 0, 0])]))).rejects.toThrow('no record of a MongoDB');
});
