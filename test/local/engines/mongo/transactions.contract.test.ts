import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { newSession, rawConnection } from './raw.ts';
import { begin as beginOn, collectionOf, errorOf, freshName, idOf, mongo, transient } from './support.ts';

const { does } = claims('mongo', 'transactions');
const fixture = mongo();
const collection = (...documents: Document[]) => collectionOf(fixture, ...documents);
const begin = () => beginOn(fixture);

does('core/transactions/', 'writes are seen inside at once, outside only after the commit, all together', async () => {
  const [one, two] = [await collection(), await collection()];
  const session = begin();
  await one.insertOne({ a: 1 }, { session });
  await two.insertOne({ a: 1 }, { session });
  await one.updateOne({ a: 1 }, { $set: { b: 1 } }, { session });
  expect(await one.findOne({ b: 1 }, { session })).toMatchObject({ a: 1 });
  expect([await one.countDocuments(), await two.countDocuments()]).toEqual([0, 0]);
  await session.commitTransaction();
  expect([await one.countDocuments({ b: 1 }), await two.countDocuments()]).toEqual([1, 1]);
  await session.endSession();
});

does('core/transactions/', 'an abort takes everything back, from indexes too', async () => {
  const all = await collection({ _id: 1, a: 1 }, { _id: 2, a: 2 });
  await all.createIndex({ a: 1 }, { unique: true });
  const session = begin();
  await all.insertOne({ a: 3 }, { session });
  await all.updateOne({ a: 1 }, { $set: { a: 9 } }, { session });
  await all.deleteOne({ a: 2 }, { session });
  await session.abortTransaction();
  expect((await all.find().sort({ a: 1 }).toArray()).map(({ a }) => a)).toEqual([1, 2]);
  await all.insertMany([{ a: 3 }, { a: 9 }]);
  await session.endSession();
});

does(
  'core/read-isolation-consistency-recency/',
  'reads see the snapshot of the first operation, by index and by scan',
  async () => {
    const all = await collection({ _id: 1, a: 1, n: 1 }, { _id: 2, a: 2, n: 1 });
    await all.createIndex({ a: 1 });
    const session = begin();
    expect(await all.countDocuments({}, { session })).toBe(2);
    await all.insertOne({ a: 3, n: 1 });
    await all.updateOne({ a: 1 }, { $set: { a: 7 } });
    await all.deleteOne({ a: 2 });
    const seen = async (filter: Document) =>
      (await all.find(filter, { session }).sort({ a: 1 }).toArray()).map(({ a }) => a);
    expect(await seen({ n: 1 })).toEqual([1, 2]);
    expect(await seen({ a: { $gte: 0 } })).toEqual([1, 2]);
    expect(await seen({ a: 7 })).toEqual([]);
    expect(await all.aggregate([{ $match: { a: 2 } }], { session }).toArray()).toHaveLength(1);
    await session.commitTransaction();
    expect((await all.find().sort({ a: 1 }).toArray()).map(({ a }) => a)).toEqual([3, 7]);
    await session.endSession();
  },
);

does(
  'core/transactions/',
  'an error of the server ends the transaction: later statements and the commit say so',
  async () => {
    const all = await collection({ _id: 1 });
    const session = begin();
    await all.insertOne({ _id: 2 as never }, { session });
    expect((await errorOf(all.insertOne({ _id: 1 as never }, { session }))).code).toBe(11000);
    const later = await errorOf(all.findOne({}, { session }));
    expect(later.code).toBe(251);
    expect(later.hasErrorLabel(transient)).toBe(true);
    expect((await errorOf(session.commitTransaction())).code).toBe(251);
    expect(await all.countDocuments()).toBe(1);
    await session.endSession();
  },
);

does(
  'https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md',
  'a commit may be repeated',
  async () => {
    const all = await collection();
    const session = begin();
    await all.insertOne({ a: 1 }, { session });
    await session.commitTransaction();
    await session.commitTransaction();
    expect(await all.countDocuments()).toBe(1);
    await session.endSession();
  },
);

does(
  'https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md',
  'a new transaction of a session ends the one before it, and a lower number is too old',
  async () => {
    const all = await collection({ _id: 1 });
    const raw = await rawConnection(fixture.uri);
    const lsid = newSession();
    const insert = (txnNumber: number, fields: Document) =>
      raw.run(fixture.db.databaseName, {
        insert: all.collectionName,
        documents: [{ t: txnNumber }],
        lsid,
        txnNumber: BigInt(txnNumber),
        autocommit: false,
        ...fields,
      });
    expect(await insert(5, { startTransaction: true })).toMatchObject({ ok: 1, n: 1 });
    expect(await insert(6, { startTransaction: true })).toMatchObject({ ok: 1, n: 1 });
    expect(await insert(5, {})).toMatchObject({ ok: 0, code: 225 });
    expect(await insert(7, {})).toMatchObject({ ok: 0, code: 251, errorLabels: [transient] });
    expect(await insert(6, { startTransaction: true })).toMatchObject({ ok: 0, code: 117 });
    const end = (name: string, txnNumber: bigint) =>
      raw.run('admin', { [name]: 1, lsid, txnNumber, autocommit: false });
    expect(await end('abortTransaction', 6n)).toMatchObject({ ok: 1 });
    expect(await end('abortTransaction', 6n)).toMatchObject({ ok: 0, code: 251 });
    expect(await end('commitTransaction', 6n)).toMatchObject({ ok: 0, code: 251 });
    expect(await all.countDocuments()).toBe(1);
    raw.drop();
  },
);

does(
  'core/transactions/#create-collections-and-indexes-in-a-transaction',
  'a transaction makes a collection that is gone after an abort and stays after a commit',
  async () => {
    const names = [freshName(), freshName()];
    const listed = async () =>
      (await fixture.db.listCollections().toArray()).map(({ name }) => name).filter((name) => names.includes(name));
    const session = begin();
    await fixture.db.collection(names[0] ?? '').insertOne({ a: 1 }, { session });
    expect(await listed()).toEqual([]);
    await session.abortTransaction();
    expect(await listed()).toEqual([]);
    session.startTransaction();
    await fixture.db.collection(names[1] ?? '').insertOne({ a: 1 }, { session });
    await session.commitTransaction();
    expect(await listed()).toEqual([names[1]]);
    await session.endSession();
  },
);

does('core/transactions/', 'a transaction that only deletes and puts back leaves one document', async () => {
  const all = await collection({ _id: 1, n: 1 });
  const session = begin();
  await all.deleteOne(idOf(1), { session });
  expect(await all.findOne({}, { session })).toBeNull();
  await all.insertOne({ _id: 1 as never, n: 2 }, { session });
  await session.commitTransaction();
  expect(await all.find().toArray()).toEqual([{ _id: 1, n: 2 }]);
  await session.endSession();
});

does('core/transactions-operations/', 'what a transaction may not do is refused', async () => {
  const all = await collection({ _id: 1 });
  for (const command of [{ count: all.collectionName }, { listCollections: 1 }, { drop: all.collectionName }]) {
    const session = begin();
    expect((await errorOf(fixture.db.command(command, { session }))).code).toBe(263);
    await session.endSession();
  }
});

does(
  'core/read-isolation-consistency-recency/',
  'one snapshot spans all collections, of the moment of its first read',
  async () => {
    const [one, two] = [await collection({ _id: 1, n: 1 }), await collection({ _id: 1, n: 1 })];
    const session = begin();
    await one.findOne({}, { session });
    await fixture.client.withSession((other) =>
      other.withTransaction(async () => {
        await one.updateOne({}, { $set: { n: 2 } }, { session: other });
        await two.updateOne({}, { $set: { n: 2 } }, { session: other });
      }),
    );
    expect(await two.findOne({}, { session })).toMatchObject({ n: 1 });
    expect(await two.countDocuments({ n: 2 }, { session })).toBe(0);
    expect(await two.distinct('n', {}, { session })).toEqual([1]);
    await session.commitTransaction();
    expect(await two.findOne({}, { session })).toMatchObject({ n: 2 });
    await session.endSession();
  },
);

does('core/transactions/', 'every write of a collection runs in a transaction', async () => {
  const all = await collection({ _id: 1, n: 1 }, { _id: 2, n: 2 });
  const session = begin();
  await all.insertMany([{ _id: 3 as never }, { _id: 4 as never }], { session });
  await all.updateMany({}, { $inc: { n: 1 } }, { session });
  await all.replaceOne(idOf(3), { r: 1 }, { session });
  expect(await all.findOneAndUpdate(idOf(1), { $set: { f: 1 } }, { session, returnDocument: 'after' })).toMatchObject({
    f: 1,
  });
  expect(await all.findOneAndDelete(idOf(2), { session })).toMatchObject({ n: 3 });
  await all.bulkWrite(
    [{ deleteOne: { filter: idOf(4) } }, { updateOne: { filter: idOf(5), update: { $set: { u: 1 } }, upsert: true } }],
    { session },
  );
  expect(await all.countDocuments()).toBe(2);
  await session.commitTransaction();
  expect(await all.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, n: 2, f: 1 },
    { _id: 3, r: 1 },
    { _id: 5, u: 1 },
  ]);
  await session.endSession();
});

does('core/transactions/', 'a transaction without any write commits', async () => {
  const all = await collection({ _id: 1 });
  const session = begin();
  expect(await all.findOne({}, { session })).toEqual({ _id: 1 });
  await session.commitTransaction();
  await session.endSession();
});

does('core/transactions/', 'a write error inside a bulk ends the transaction, whether ordered or not', async () => {
  for (const ordered of [true, false]) {
    const all = await collection({ _id: 1 });
    const session = begin();
    const documents = [{ _id: 1 }, { _id: 2 }] as never;
    await expect(all.insertMany(documents, { session, ordered })).rejects.toMatchObject({ code: 11000 });
    expect((await errorOf(session.commitTransaction())).code).toBe(251);
    expect(await all.countDocuments()).toBe(1);
    await session.endSession();
  }
});

does(
  'core/transactions/#transactions-and-write-concern',
  'the write concern stands at the commit, and nowhere else',
  async () => {
    const all = await collection({ _id: 1 });
    const raw = await rawConnection(fixture.uri);
    const insert = { insert: all.collectionName, documents: [{ _id: 2 }], writeConcern: { w: 1 } };
    const begun = { lsid: newSession(), txnNumber: 1n, autocommit: false, startTransaction: true };
    expect(await raw.run(fixture.db.databaseName, { ...insert, ...begun })).toMatchObject({ ok: 0, code: 72 });
    const session = fixture.client.startSession({
      defaultTransactionOptions: { writeConcern: { w: 1, journal: true } },
    });
    await session.withTransaction(() => all.insertOne({ _id: 3 as never }, { session }));
    expect(await all.countDocuments()).toBe(2);
    await session.endSession();
    raw.drop();
  },
);
