import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Collection, Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { newSession, rawConnection } from './raw.ts';
import { errorOf, freshName, mongo } from './support.ts';

const fixture = mongo();
// Labels and codes: https://www.mongodb.com/docs/manual/core/transactions-in-applications/
// and https://www.mongodb.com/docs/manual/core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts
const transient = 'TransientTransactionError';

async function collection(...documents: Document[]): Promise<Collection> {
  const fresh = await fixture.db.createCollection(freshName());
  if (documents.length > 0) await fresh.insertMany(documents as never);
  return fresh;
}

function begin(): ClientSession {
  const session = fixture.client.startSession();
  session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
  return session;
}

const idOf = (id: unknown): Document => ({ _id: id });

describe('transactions', () => {
  test('writes are seen inside at once, outside only after the commit, all together', async () => {
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

  test('an abort takes everything back, from indexes too', async () => {
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

  test('reads see the snapshot of the first operation, by index and by scan', async () => {
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
  });

  test('the second of two open writers of a document fails at once; the first goes on', async () => {
    const all = await collection({ _id: 1, n: 0 });
    const [first, second] = [begin(), begin()];
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session: first });
    const error = await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { session: second }));
    expect(error.code).toBe(112);
    expect(error.hasErrorLabel(transient)).toBe(true);
    await first.commitTransaction();
    expect(await all.findOne()).toMatchObject({ n: 1 });
    await Promise.all([first.endSession(), second.endSession()]);
  });

  test('a write on what was committed after the snapshot conflicts', async () => {
    const all = await collection({ _id: 1, n: 0 }, { _id: 2, n: 0 });
    const session = begin();
    await all.findOne(idOf(2), { session });
    await all.updateOne(idOf(1), { $inc: { n: 1 } });
    const error = await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { session }));
    expect(error.code).toBe(112);
    expect(error.hasErrorLabel(transient)).toBe(true);
    expect(await all.findOne(idOf(1))).toMatchObject({ n: 1 });
    await session.endSession();
  });

  test('two that insert one unique key: a conflict while the other is open, for _id and for an index', async () => {
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
  });

  test('a unique key committed before the snapshot is a duplicate key, without the label', async () => {
    const all = await collection({ _id: 1, k: 1 });
    await all.createIndex({ k: 1 }, { unique: true });
    const session = begin();
    const error = await errorOf(all.insertOne({ _id: 2 as never, k: 1 }, { session }));
    expect(error.code).toBe(11000);
    expect(error.hasErrorLabel(transient)).toBe(false);
    await session.endSession();
  });

  test('a unique key committed after the snapshot is a conflict', async () => {
    const all = await collection({ _id: 1, k: 1 });
    await all.createIndex({ k: 1 }, { unique: true });
    const session = begin();
    await all.findOne({}, { session });
    await all.insertOne({ _id: 2 as never, k: 2 });
    expect((await errorOf(all.insertOne({ _id: 3 as never, k: 2 }, { session }))).code).toBe(112);
    await session.endSession();
  });

  test('a key that the transaction itself frees can be used in it', async () => {
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

  test('a write outside a transaction waits for the open one and then goes through', async () => {
    const all = await collection({ _id: 1, n: 0 });
    const session = begin();
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
    let done = false;
    const outside = all.updateOne(idOf(1), { $inc: { n: 10 } }).then((result) => {
      done = true;
      return result;
    });
    await sleep(80);
    expect(done).toBe(false);
    await session.commitTransaction();
    expect(await outside).toMatchObject({ modifiedCount: 1 });
    expect(await all.findOne()).toMatchObject({ n: 11 });
    await session.endSession();
  });

  // https://www.mongodb.com/docs/manual/reference/method/cursor.maxTimeMS/
  test('that wait ends with maxTimeMS', async () => {
    const all = await collection({ _id: 1, n: 0 });
    const session = begin();
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
    const started = Date.now();
    expect((await errorOf(all.updateOne(idOf(1), { $inc: { n: 1 } }, { maxTimeMS: 100 }))).code).toBe(50);
    expect((await errorOf(all.findOneAndDelete(idOf(1), { maxTimeMS: 100 }))).code).toBe(50);
    expect(Date.now() - started).toBeLessThan(3000);
    await session.abortTransaction();
    expect(await all.findOne()).toMatchObject({ n: 0 });
    await session.endSession();
  });

  test('an error of the server ends the transaction: later statements and the commit say so', async () => {
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
  });

  // https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md (commitTransaction may be repeated)
  test('a commit may be repeated', async () => {
    const all = await collection();
    const session = begin();
    await all.insertOne({ a: 1 }, { session });
    await session.commitTransaction();
    await session.commitTransaction();
    expect(await all.countDocuments()).toBe(1);
    await session.endSession();
  });

  test('a new transaction of a session ends the one before it, and a lower number is too old', async () => {
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
  });

  // A real server keeps it for its lifetime of 60 s, hence the patience.
  test('a transaction whose connection drops is aborted', async () => {
    const all = await collection({ _id: 1, n: 0 });
    const raw = await rawConnection(fixture.uri);
    const update = { update: all.collectionName, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
    await raw.run(fixture.db.databaseName, {
      ...update,
      lsid: newSession(),
      txnNumber: 1n,
      autocommit: false,
      startTransaction: true,
    });
    raw.drop();
    expect(
      await all.updateOne(idOf(1), { $inc: { n: 5 } }, { maxTimeMS: fixture.embedded ? 2000 : 90_000 }),
    ).toMatchObject({ modifiedCount: 1 });
    expect(await all.findOne()).toMatchObject({ n: 5 });
  }, 100_000);

  test('a transaction makes a collection that is gone after an abort and stays after a commit', async () => {
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
  });

  test('a transaction that only deletes and puts back leaves one document', async () => {
    const all = await collection({ _id: 1, n: 1 });
    const session = begin();
    await all.deleteOne(idOf(1), { session });
    expect(await all.findOne({}, { session })).toBeNull();
    await all.insertOne({ _id: 1 as never, n: 2 }, { session });
    await session.commitTransaction();
    expect(await all.find().toArray()).toEqual([{ _id: 1, n: 2 }]);
    await session.endSession();
  });

  test('withTransaction repeats until a conflicting one is through: no increment is lost', async () => {
    const all = await collection({ _id: 1, n: 0 });
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const session = fixture.client.startSession();
        await session.withTransaction(async () => {
          const before = await all.findOne(idOf(1), { session });
          await all.updateOne(idOf(1), { $set: { n: before?.n + 1 } }, { session });
        });
        await session.endSession();
      }),
    );
    expect(await all.findOne()).toMatchObject({ n: 8 });
  });

  // https://www.mongodb.com/docs/manual/reference/command/endSessions/
  test('endSessions aborts what is open', async () => {
    const all = await collection({ _id: 1, n: 0 });
    const session = begin();
    await all.updateOne(idOf(1), { $inc: { n: 1 } }, { session });
    await fixture.client.db('admin').command({ endSessions: [session.id] });
    expect(await all.updateOne(idOf(1), { $inc: { n: 5 } }, { maxTimeMS: 2000 })).toMatchObject({ modifiedCount: 1 });
    expect((await errorOf(all.findOne({}, { session }))).code).toBe(251);
    await session.endSession();
  });

  // https://www.mongodb.com/docs/manual/core/transactions-operations/
  test('what a transaction may not do is refused', async () => {
    const all = await collection({ _id: 1 });
    for (const command of [{ count: all.collectionName }, { listCollections: 1 }, { drop: all.collectionName }]) {
      const session = begin();
      expect((await errorOf(fixture.db.command(command, { session }))).code).toBe(263);
      await session.endSession();
    }
  });
});
