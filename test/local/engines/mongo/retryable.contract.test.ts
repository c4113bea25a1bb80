import type { Document } from 'bson';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { newSession, type RawConnection, rawConnection } from './raw.ts';
import { freshName, mongo } from './support.ts';

const { does } = claims('mongo', 'retryable writes');
const page = 'https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md';
const fixture = mongo();

/** Sends one command twice, the second time over a new connection, as a driver does that lost the answer. */
async function twice(database: string, command: Document): Promise<[Document, Document]> {
  const connections: RawConnection[] = [await rawConnection(fixture.uri), await rawConnection(fixture.uri)];
  const answers: Document[] = [];
  for (const connection of connections) answers.push(await connection.run(database, command));
  for (const connection of connections) connection.drop();
  const [first = {}, second = {}] = answers;
  return [first, second];
}

const cases: [string, (name: string) => Document, Document, Document[]][] = [
  [
    'insert',
    (name) => ({ insert: name, documents: [{ _id: 5 }, { _id: 6 }] }),
    { ok: 1, n: 2 },
    [{ _id: 1, n: 0 }, { _id: 5 }, { _id: 6 }],
  ],
  [
    'update',
    (name) => ({ update: name, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] }),
    { ok: 1, n: 1, nModified: 1 },
    [{ _id: 1, n: 1 }],
  ],
  [
    'upsert',
    (name) => ({ update: name, updates: [{ q: { _id: 9 }, u: { $inc: { n: 1 } }, upsert: true }] }),
    { ok: 1, n: 1, nModified: 0, upserted: [{ index: 0, _id: 9 }] },
    [
      { _id: 1, n: 0 },
      { _id: 9, n: 1 },
    ],
  ],
  ['delete', (name) => ({ delete: name, deletes: [{ q: {}, limit: 1 }] }), { ok: 1, n: 1 }, []],
  [
    'findAndModify',
    (name) => ({ findAndModify: name, query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true }),
    { ok: 1, value: { _id: 1, n: 1 }, lastErrorObject: { n: 1, updatedExisting: true } },
    [{ _id: 1, n: 1 }],
  ],
];

for (const [name, command, answer, after] of cases)
  does(page, `${name} sent twice runs once and is answered alike`, async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({ _id: 1 as never, n: 0 });
    const retried = { ...command(collection.collectionName), lsid: newSession(), txnNumber: 1n };
    const [first, second] = await twice(fixture.db.databaseName, retried);
    expect(first).toMatchObject(answer);
    expect(second).toMatchObject(answer);
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual(after);
  });

does(page, 'only the statements that did not run are run again', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.insertOne({ _id: 1 as never, n: 0 });
  const raw = await rawConnection(fixture.uri);
  const update = { q: { _id: 1 }, u: { $inc: { n: 1 } } };
  const session = { lsid: newSession(), txnNumber: 1n };
  await raw.run(fixture.db.databaseName, {
    update: collection.collectionName,
    updates: [update],
    stmtIds: [0],
    ...session,
  });
  const answer = await raw.run(fixture.db.databaseName, {
    update: collection.collectionName,
    updates: [update, update],
    stmtIds: [0, 1],
    ...session,
  });
  expect(answer).toMatchObject({ ok: 1, n: 2, retriedStmtIds: [0] });
  expect(await collection.findOne()).toEqual({ _id: 1, n: 2 });
  raw.drop();
});

does(page, 'a higher number is a new write, a lower one is too old', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.insertOne({ _id: 1 as never, n: 0 });
  const raw = await rawConnection(fixture.uri);
  const lsid = newSession();
  const increment = (txnNumber: bigint) =>
    raw.run(fixture.db.databaseName, {
      update: collection.collectionName,
      updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }],
      lsid,
      txnNumber,
    });
  await increment(3n);
  await increment(4n);
  expect(await increment(3n)).toMatchObject({ ok: 0, code: 225 });
  expect(await collection.findOne()).toEqual({ _id: 1, n: 2 });
  raw.drop();
});

does(page, 'a statement that failed is run again', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.insertOne({ _id: 1 as never });
  const raw = await rawConnection(fixture.uri);
  const command = { insert: collection.collectionName, documents: [{ _id: 1 }], lsid: newSession(), txnNumber: 1n };
  expect(await raw.run(fixture.db.databaseName, command)).toMatchObject({ n: 0, writeErrors: [{ code: 11000 }] });
  await collection.deleteOne({ _id: 1 as never });
  const again = await raw.run(fixture.db.databaseName, command);
  expect(again).toMatchObject({ n: 1 });
  expect(again.writeErrors).toBeUndefined();
  raw.drop();
});

does(page, 'commitTransaction sent twice is answered alike and commits once', async () => {
  const collection = await fixture.db.createCollection<Document>(freshName());
  const session = { lsid: newSession(), txnNumber: 1n, autocommit: false };
  const raw = await rawConnection(fixture.uri);
  await raw.run(fixture.db.databaseName, {
    insert: collection.collectionName,
    documents: [{ a: 1 }],
    ...session,
    startTransaction: true,
  });
  const [first, second] = await twice('admin', { commitTransaction: 1, ...session });
  expect([first.ok, second.ok]).toEqual([1, 1]);
  expect(await collection.countDocuments()).toBe(1);
  const later = await raw.run(fixture.db.databaseName, {
    insert: collection.collectionName,
    documents: [{ a: 2 }],
    ...session,
  });
  expect(later).toMatchObject({ ok: 0, code: 256 });
  raw.drop();
});

const many: [string, Document][] = [
  ['an update of many', { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, multi: true }] }],
  ['a delete of many', { delete: 'c', deletes: [{ q: {}, limit: 0 }] }],
];
for (const [name, command] of many)
  does(page, `${name} is not retryable`, async () => {
    const raw = await rawConnection(fixture.uri);
    const answer = await raw.run(fixture.db.databaseName, { ...command, lsid: newSession(), txnNumber: 1n });
    expect(answer.code ?? answer.writeErrors?.[0]?.code).toBe(72);
    raw.drop();
  });

does(page, 'a bulk is answered from its statements, also the one that failed', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  const raw = await rawConnection(fixture.uri);
  const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
  const command = { insert: collection.collectionName, documents, ordered: false, lsid: newSession(), txnNumber: 1n };
  const expected = { ok: 1, n: 2, writeErrors: [{ index: 1, code: 11000 }] };
  expect(await raw.run(fixture.db.databaseName, command)).toMatchObject(expected);
  expect(await raw.run(fixture.db.databaseName, command)).toMatchObject({ ...expected, retriedStmtIds: [0, 2] });
  raw.drop();
});

does(
  'https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md',
  'a commit after an abort is NoSuchTransaction with the label, an abort after a commit TransactionCommitted',
  async () => {
    const collection = await fixture.db.createCollection<Document>(freshName());
    const raw = await rawConnection(fixture.uri);
    const session = { lsid: newSession(), autocommit: false };
    const begin = (txnNumber: bigint) =>
      raw.run(fixture.db.databaseName, {
        insert: collection.collectionName,
        documents: [{ a: 1 }],
        ...session,
        txnNumber,
        startTransaction: true,
      });
    const end = (name: string, txnNumber: bigint) => raw.run('admin', { [name]: 1, ...session, txnNumber });
    await begin(1n);
    await end('abortTransaction', 1n);
    expect(await end('commitTransaction', 1n)).toMatchObject({
      ok: 0,
      code: 251,
      errorLabels: ['TransientTransactionError'],
    });
    await begin(2n);
    expect(await end('commitTransaction', 2n)).toMatchObject({ ok: 1 });
    expect(await end('abortTransaction', 2n)).toMatchObject({ ok: 0, code: 256 });
    expect(await end('commitTransaction', 2n)).toMatchObject({ ok: 1 });
    expect(await end('commitTransaction', 1n)).toMatchObject({ ok: 0, code: 225 });
    expect(await collection.countDocuments()).toBe(1);
    raw.drop();
  },
);
