import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { begin as beginOn, collectionOf, errorOf, idOf, mongo, transient } from './support.ts';

const { does } = claims('mongo', 'write conflicts');
const fixture = mongo();
const collection = (...documents: Document[]) => collectionOf(fixture, ...documents);
const begin = () => beginOn(fixture);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'the second of two open writers of a document fails at once; the first goes on',
  async () => {
    const all = await collection({ _id: 1, n: 0 });
    const [first, second] = [begin(), begin()];
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session: first });
    const error = await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { session: second }));
    expect(error.code).toBe(112);
    expect(error.hasErrorLabel(transient)).toBe(true);
    await first.commitTransaction();
    expect(await all.findOne()).toMatchObject({ n: 1 });
    await Promise.all([first.endSession(), second.endSession()]);
  },
);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'a write on what was committed after the snapshot conflicts',
  async () => {
    const all = await collection({ _id: 1, n: 0 }, { _id: 2, n: 0 });
    const session = begin();
    await all.findOne(idOf(2), { session });
    await all.updateOne(idOf(1), { $inc: { n: 1 } });
    const error = await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { session }));
    expect(error.code).toBe(112);
    expect(error.hasErrorLabel(transient)).toBe(true);
    expect(await all.findOne(idOf(1))).toMatchObject({ n: 1 });
    await session.endSession();
  },
);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'two that insert one unique key: a conflict while the other is open, for _id and for an index',
  async () => {
    for (const documents of [
      [{ _id: 1 }, { _id: 1 }],
      [{ k: 1 }, { k: 1 }],
    ]) {
      const all = await collection();
      await all.createIndex({ k: 1 }, { unique: true, sparse: true });
      const [first, second] = [begin(), begin()];
      await all.insertOne(documents[0] as never, { session: first });
      const error = await errorOf(all.insertOne(documents[1] as never, { session: second }));
      expect(error.code).toBe(112);
      expect(error.hasErrorLabel(transient)).toBe(true);
      await first.commitTransaction();
      await Promise.all([first.endSession(), second.endSession()]);
    }
  },
);

does(
  'core/transactions/',
  'a unique key committed before the snapshot is a duplicate key, without the label',
  async () => {
    const all = await collection({ _id: 1, k: 1 });
    await all.createIndex({ k: 1 }, { unique: true });
    const session = begin();
    const error = await errorOf(all.insertOne({ _id: 2 as never, k: 1 }, { session }));
    expect(error.code).toBe(11000);
    expect(error.hasErrorLabel(transient)).toBe(false);
    await session.endSession();
  },
);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'a unique key committed after the snapshot is a conflict',
  async () => {
    const all = await collection({ _id: 1, k: 1 });
    await all.createIndex({ k: 1 }, { unique: true });
    const session = begin();
    await all.findOne({}, { session });
    await all.insertOne({ _id: 2 as never, k: 2 });
    expect((await errorOf(all.insertOne({ _id: 3 as never, k: 2 }, { session }))).code).toBe(112);
    await session.endSession();
  },
);

does('core/transactions/', 'a key that the transaction itself frees can be used in it', async () => {
  const all = await collection({ _id: 1, k: 1 });
  await all.createIndex({ k: 1 }, { unique: true });
  const session = begin();
  await all.deleteOne(idOf(1), { session });
  await all.insertOne({ _id: 2 as never, k: 1 }, { session });
  await all.insertOne({ _id: 1 as never, k: 5 }, { session });
  await session.commitTransaction();
  expect((await all.find().sort({ _id: 1 }).toArray()).map(({ k }) => k)).toEqual([5, 1]);
  await session.endSession();
});

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'a write outside a transaction waits for the open one and then goes through',
  async () => {
    const all = await collection({ _id: 1, n: 0 });
    const session = begin();
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
    let done = false;
    const outside = all.updateOne(idOf(1), { $inc: { n: 10 } }).then((result) => {
      done = true;
      return result;
    });
    for (let turn = 0; turn < 5; turn++) await fixture.db.command({ ping: 1 });
    expect(done).toBe(false);
    await session.commitTransaction();
    expect(await outside).toMatchObject({ modifiedCount: 1 });
    expect(await all.findOne()).toMatchObject({ n: 11 });
    await session.endSession();
  },
);

does('reference/method/cursor.maxTimeMS/', 'the wait for an open transaction ends with maxTimeMS', async () => {
  const all = await collection({ _id: 1, n: 0 });
  const session = begin();
  await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
  expect((await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { maxTimeMS: 100 }))).code).toBe(50);
  expect((await errorOf(all.findOneAndDelete(idOf(1), { maxTimeMS: 100 }))).code).toBe(50);
  await session.abortTransaction();
  expect(await all.findOne()).toMatchObject({ n: 0 });
  await session.endSession();
});

does(
  'core/transactions-in-applications/',
  'withTransaction repeats until a conflicting one is through: no increment is lost',
  async () => {
    const all = await collection({ _id: 1, n: 0 });
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const session = fixture.client.startSession();
        await session.withTransaction(async () => {
          const before = await all.findOne(idOf(1), { session });
          await all.updateOne(idOf(1), { $set: { n: before?.n + 1 } }, { session });
        });
        await session.endSession();
      }),
    );
    expect(await all.findOne()).toMatchObject({ n: 5 });
  },
);

does(
  'core/transactions-in-applications/',
  'a conflict by a delete, and on a document that another one deletes',
  async () => {
    const all = await collection({ _id: 1, n: 0 }, { _id: 2, n: 0 });
    const [first, second] = [begin(), begin()];
    await all.deleteOne(idOf(1), { session: first });
    expect((await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { session: second }))).code).toBe(112);
    await first.commitTransaction();
    const third = begin();
    await all.findOne(idOf(2), { session: third });
    await all.deleteOne(idOf(2));
    expect((await errorOf(all.deleteOne(idOf(2), { session: third }))).code).toBe(112);
    for (const session of [first, second, third]) await session.endSession();
  },
);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts',
  'a plain insert of a key that an open transaction inserts waits, and is a duplicate after the commit',
  async () => {
    const all = await collection();
    const session = begin();
    await all.insertOne({ _id: 1 as never }, { session });
    const outside = errorOf(all.insertOne({ _id: 1 as never }));
    await session.commitTransaction();
    expect((await outside).code).toBe(11000);
    session.startTransaction();
    await all.insertOne({ _id: 2 as never }, { session });
    const free = all.insertOne({ _id: 2 as never, plain: true });
    await session.abortTransaction();
    await free;
    expect(await all.findOne(idOf(2))).toMatchObject({ plain: true });
    await session.endSession();
  },
);

does(
  'core/transactions-production-consideration/#in-progress-transactions-and-stale-reads',
  'a plain read waits for nobody and sees what is committed',
  async () => {
    const all = await collection({ _id: 1, n: 0 });
    const session = begin();
    await all.updateOne(idOf(1), { $set: { n: 1 } }, { session });
    expect(await all.findOne()).toEqual({ _id: 1, n: 0 });
    await session.commitTransaction();
    expect(await all.findOne()).toEqual({ _id: 1, n: 1 });
    await session.endSession();
  },
);
