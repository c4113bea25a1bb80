import { Double, Long } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { newSession, rawConnection } from './raw.ts';
import { collectionOf, mongo } from './support.ts';

const { does, differs } = claims('mongo', 'differences');
const fixture = mongo();

differs('reference/bson-types/', 'a double with a whole value of 32 bits is kept as an int', async () => {
  const collection = fixture.db.collection('doubles');
  await collection.insertOne({ a: new Double(3) });
  expect(await collection.countDocuments({ a: { $type: 'int' } })).toBe(1);
});

differs(
  'reference/operator/aggregation/add/',
  'expressions that compute with longs give an int or a double',
  async () => {
    const collection = fixture.db.collection('longs');
    await collection.insertOne({ a: Long.fromNumber(3) });
    await collection.updateOne({}, [{ $set: { b: { $add: ['$a', 1] } } }]);
    expect(await collection.countDocuments({ a: { $type: 'long' }, b: { $type: 'int' } })).toBe(1);
  },
);

differs('core/cursors/', 'a find fixes its result when it is run; a real cursor may see later writes', async () => {
  const collection = await collectionOf(fixture, { n: 1 }, { n: 2 }, { n: 3 });
  const cursor = collection.find().batchSize(1);
  expect(await cursor.next()).toMatchObject({ n: 1 });
  await collection.deleteMany({});
  expect(await cursor.toArray()).toMatchObject([{ n: 2 }, { n: 3 }]);
});

differs(
  'reference/parameters/#mongodb-parameter-param.transactionLifetimeLimitSeconds',
  'a transaction whose connection drops is aborted at once, not after its lifetime',
  async () => {
    const all = await collectionOf(fixture, { _id: 1, n: 0 });
    const raw = await rawConnection(fixture.uri);
    const update = { update: all.collectionName, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
    const session = { lsid: newSession(), txnNumber: 1n, autocommit: false, startTransaction: true };
    expect(await raw.run(fixture.db.databaseName, { ...update, ...session })).toMatchObject({ ok: 1, n: 1 });
    raw.drop();
    expect(await all.updateOne({}, { $inc: { n: 5 } }, { maxTimeMS: 10_000 })).toMatchObject({ modifiedCount: 1 });
    expect(await all.findOne()).toMatchObject({ n: 5 });
  },
);

differs(
  'core/document/#document-field-order',
  'fields whose names are whole numbers come first, as in every JavaScript object',
  async () => {
    const raw = await rawConnection(fixture.uri);
    await raw.run(fixture.db.databaseName, { insert: 'order', documents: [{ _id: 1, b: 1, 5: 2 }] });
    const answer = await raw.run(fixture.db.databaseName, { find: 'order' });
    expect(Object.keys(answer.cursor.firstBatch[0])[0]).toBe('5');
    raw.drop();
  },
);

differs(
  'core/cursors/',
  'a cursor ends with the batch that holds its last document; a server that has filled a batch may give an empty one after it',
  async () => {
    const { collectionName } = await collectionOf(fixture, { n: 1 }, { n: 2 });
    const { cursor } = await fixture.db.command({ find: collectionName, batchSize: 2 });
    expect([cursor.firstBatch.length, Number(cursor.id)]).toEqual([2, 0]);
  },
);

differs(
  'https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md#exhaustallowed',
  'a getMore that allows a stream of answers gets one, which a server may do too',
  async () => {
    const EXHAUST_ALLOWED = 1 << 16;
    const { collectionName } = await collectionOf(fixture, { n: 1 }, { n: 2 }, { n: 3 });
    const raw = await rawConnection(fixture.uri);
    const { databaseName } = fixture.db;
    const { cursor } = await raw.run(databaseName, { find: collectionName, batchSize: 1 });
    raw.send(databaseName, { getMore: cursor.id, collection: collectionName, batchSize: 1 }, EXHAUST_ALLOWED);
    const { document, moreToCome } = await raw.receive();
    expect([document.cursor.nextBatch.length, moreToCome]).toEqual([1, false]);
    raw.drop();
  },
);

does('reference/bson-types/', 'a double with a fraction, a long and a date keep their types', async () => {
  const collection = fixture.db.collection('kept');
  await collection.insertOne({ a: 1.5, b: Long.fromNumber(3), c: new Date(0) });
  const types = { a: { $type: 'double' }, b: { $type: 'long' }, c: { $type: 'date' } } as const;
  expect(await collection.countDocuments(types)).toBe(1);
});
