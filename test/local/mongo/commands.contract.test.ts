import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, Long, MongoBulkWriteError, MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { startMongo } from '../../../local/mongo/server.ts';
import { rawConnection } from './raw.ts';
import { errorOf, freshName, mongo } from './support.ts';

const asked: string[] = [];
const fixture = mongo({
  record: (kind, name) => asked.push(`${kind} ${name}`),
  cursorTimeoutMs: 300,
  ttlIntervalMs: 50,
});

describe('writes', () => {
  // https://www.mongodb.com/docs/manual/reference/command/insert/ (ordered)
  test('an ordered insert stops at the first error, an unordered one goes on', async () => {
    for (const [ordered, left] of [
      [true, [1, 2]],
      [false, [1, 2, 3]],
    ] as const) {
      const collection = fixture.db.collection<Document>(freshName());
      const documents = [{ _id: 1 }, { _id: 2 }, { _id: 1 }, { _id: 3 }] as never;
      const error = await collection.insertMany(documents, { ordered }).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(MongoBulkWriteError);
      expect(error).toMatchObject({ code: 11000, writeErrors: [{ index: 2, code: 11000 }] });
      expect((await collection.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(left);
    }
  });

  // https://www.mongodb.com/docs/manual/core/bulk-write-operations/
  test('bulkWrite does every kind of operation in order', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 1 as never, n: 1 } } },
      { insertOne: { document: { _id: 2 as never, n: 1 } } },
      { updateMany: { filter: { n: 1 }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id: 3 as never }, update: { $set: { n: 9 } }, upsert: true } },
      { replaceOne: { filter: { _id: 1 as never }, replacement: { m: 1 } } },
      { deleteOne: { filter: { _id: 2 as never } } },
      { deleteMany: { filter: { none: 1 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 2,
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
      upsertedIds: { 3: 3 },
    });
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, m: 1 },
      { _id: 3, n: 9 },
    ]);
  });

  // https://www.mongodb.com/docs/manual/core/document/
  test('what is stored comes back as it was sent', async () => {
    const collection = fixture.db.collection<Document>(freshName(), { promoteLongs: false });
    const document = {
      _id: 'id' as never,
      i: 1,
      d: 1.5,
      big: 2 ** 40,
      l: Long.fromString('9007199254740993'),
      s: 'a\0\u{1f600}\ufffe',
      n: null,
      at: new Date(5),
      list: [[], [1]],
      deep: { a: { b: {} } },
      '': 'empty name',
    };
    await collection.insertOne(document);
    expect(await collection.findOne()).toEqual(document);
    await collection.insertOne({ z: 1, _id: 'last' as never });
    expect(Object.keys((await collection.findOne({ z: 1 })) ?? {})).toEqual(['_id', 'z']);
  });

  // https://www.mongodb.com/docs/manual/reference/limits/#bson-documents
  test('a document over 16 MB is refused, also when an update makes it so', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    const text = 'x'.repeat(9 * 2 ** 20);
    await collection.insertOne({ _id: 1 as never, text });
    expect((await errorOf(collection.updateOne({}, { $set: { more: text } }))).code).toBeOneOf([10334, 17419]);
    const raw = await rawConnection(fixture.uri);
    const insert = { insert: collection.collectionName, documents: [{ text: 'x'.repeat(16 * 2 ** 20 + 100_000) }] };
    expect(await raw.run(fixture.db.databaseName, insert)).not.toMatchObject({ ok: 1, n: 1 });
    expect(await collection.countDocuments()).toBe(1);
    raw.drop();
  });

  // https://www.mongodb.com/docs/manual/core/schema-validation/
  test('a validator refuses what does not fit, on insert and update, and can be changed', async () => {
    const name = freshName();
    const validator = {
      $jsonSchema: {
        bsonType: 'object',
        required: ['name'],
        properties: { name: { bsonType: 'string' }, kind: { enum: ['a', 'b'] } },
      },
    };
    const collection = await fixture.db.createCollection<Document>(name, { validator });
    await collection.insertOne({ name: 'x', kind: 'a' });
    for (const wrong of [{ name: 1 }, { kind: 'a' }, { name: 'x', kind: 'c' }])
      expect((await errorOf(collection.insertOne(wrong))).code).toBe(121);
    expect((await errorOf(collection.updateOne({}, { $set: { kind: 'z' } }))).code).toBe(121);
    await collection.insertOne({ kind: 'c' }, { bypassDocumentValidation: true });
    await fixture.db.command({ collMod: name, validator: {}, validationLevel: 'off' });
    await collection.insertOne({ name: 1 });
    const [listed] = await fixture.db.listCollections({ name }).toArray();
    expect(listed).toMatchObject({ name, type: 'collection', options: { validationLevel: 'off' } });
    expect((await errorOf(fixture.db.createCollection(name, { validator }))).code).toBe(48);
  });
});

describe('cursors', () => {
  // https://www.mongodb.com/docs/manual/core/cursors/
  test('a cursor gives every document once, in batches, and can be killed', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany(Array.from({ length: 250 }, (_, n) => ({ n })));
    expect((await collection.find().batchSize(20).sort({ n: 1 }).toArray()).map(({ n }) => n)).toEqual(
      Array.from({ length: 250 }, (_, n) => n),
    );
    expect(await collection.find().toArray()).toHaveLength(250);
    const first = await fixture.db.command({ find: collection.collectionName, batchSize: 2 });
    expect(first.cursor.firstBatch).toHaveLength(2);
    expect(
      await fixture.db.command({ killCursors: collection.collectionName, cursors: [first.cursor.id] }),
    ).toMatchObject({ cursorsKilled: [first.cursor.id] });
    const gone = await errorOf(fixture.db.command({ getMore: first.cursor.id, collection: collection.collectionName }));
    expect(gone.code).toBe(43);
  });

  test('a cursor shows what was there when it was opened', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const cursor = collection.find().sort({ n: 1 }).batchSize(1);
    expect(await cursor.next()).toMatchObject({ n: 1 });
    await collection.deleteMany({});
    await cursor.close();
    expect(await collection.countDocuments()).toBe(0);
  });

  test('large documents are split over batches of 16 MB', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    const data = randomBytes(6 * 2 ** 20);
    for (let n = 0; n < 4; n++) await collection.insertOne({ n, data });
    const { cursor } = await fixture.db.command({ find: collection.collectionName });
    expect(cursor.firstBatch.length).toBeLessThan(4);
    expect((await collection.find({}, { projection: { n: 1 } }).toArray()).map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    expect(await collection.find().toArray()).toHaveLength(4);
  });
});

describe('refusals', () => {
  // https://www.mongodb.com/docs/manual/reference/error-codes/
  test.each<[string, Document, number]>([
    ['an unknown command', { nonsense: 1 }, 59],
    ['an unknown option', { find: 'c', nonsense: 1 }, 40415],
    ['a filter that is no document', { find: 'c', filter: 'x' }, 14],
    ['an unknown query operator', { find: 'c', filter: { a: { $nonsense: 1 } } }, 2],
    ['an unknown top level operator', { find: 'c', filter: { $nonsense: 1 } }, 2],
    ['an unknown $jsonSchema keyword', { find: 'c', filter: { $jsonSchema: { nonsense: 1 } } }, 9],
    ['a negative limit', { find: 'c', limit: -1 }, 51024],
    ['a regular expression that is none', { find: 'c', filter: { a: { $regex: '(' } } }, 51091],
    ['an aggregate without cursor', { aggregate: 'c', pipeline: [] }, 9],
    ['an empty insert', { insert: 'c', documents: [] }, 16],
    ['a replacement of many', { update: 'c', updates: [{ q: {}, u: { a: 1 }, multi: true }] }, 9],
    ['findAndModify with neither update nor remove', { findAndModify: 'c', query: {} }, 9],
    ['a write concern of a name unknown', { insert: 'c', documents: [{ a: 1 }], writeConcern: { w: 'nonsense' } }, 79],
    ['more members than there are', { insert: 'c', documents: [{ a: 1 }], writeConcern: { w: 2 } }, 100],
    ['a read concern level that is none', { find: 'c', readConcern: { level: 'nonsense' } }, 2],
    ['a transaction number without a session', { insert: 'c', documents: [{ a: 1 }], txnNumber: 1n }, 72],
    ['a name that no collection may have', { create: 'a$b' }, 73],
    ['an index without keys', { createIndexes: 'c', indexes: [{ key: {}, name: 'x' }] }, 67],
    [
      'a TTL index of two fields',
      { createIndexes: 'c', indexes: [{ key: { a: 1, b: 1 }, name: 'x', expireAfterSeconds: 1 }] },
      67,
    ],
    ['indexes of no collection', { listIndexes: 'none' }, 26],
    ['collMod of no collection', { collMod: 'none' }, 26],
  ])('%s', async (_name, command, code) => {
    const raw = await rawConnection(fixture.uri);
    const answer = await raw.run(fixture.db.databaseName, command);
    expect(answer.code ?? answer.writeErrors?.[0]?.code ?? answer.writeConcernError?.code).toBe(code);
    raw.drop();
  });

  test.each<[string, Document]>([
    ['collation', { find: 'c', collation: { locale: 'de' } }],
    [
      '$lookup',
      {
        aggregate: 'c',
        cursor: {},
        pipeline: [{ $lookup: { from: 'x', localField: 'a', foreignField: 'b', as: 'c' } }],
      },
    ],
    ['$out', { aggregate: 'c', cursor: {}, pipeline: [{ $out: 'x' }] }],
    ['text indexes', { createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'x' }] }],
    ['tailable cursors', { find: 'c', tailable: true }],
  ])('the embedded engine does not pretend to have %s', async (_name, command) => {
    const embedded = await startMongo();
    const raw = await rawConnection(embedded.uri);
    expect(await raw.run('test', command)).toMatchObject({ ok: 0, code: 238, codeName: 'NotImplemented' });
    raw.drop();
    await embedded.stop();
  });
});

describe('the server', () => {
  // https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md
  test.each(['stream', 'poll'] as const)('is seen by a driver that monitors by %s', async (serverMonitoringMode) => {
    const client = await fixture.connect({
      serverMonitoringMode,
      heartbeatFrequencyMS: 500,
      minHeartbeatFrequencyMS: 50,
    } as never);
    let heartbeats = 0;
    client.on('serverHeartbeatSucceeded', () => {
      heartbeats += 1;
    });
    await sleep(1300);
    expect(heartbeats).toBeGreaterThan(0);
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  test('tells what it is', async () => {
    const hello = await fixture.db.command({ hello: 1 });
    expect(hello).toMatchObject({
      isWritablePrimary: true,
      logicalSessionTimeoutMinutes: 30,
      maxBsonObjectSize: 16_777_216,
    });
    expect(hello.hosts).toContain(hello.me);
    expect(hello.maxWireVersion).toBeGreaterThanOrEqual(25);
    expect((await fixture.db.command({ buildInfo: 1 })).versionArray[0]).toBeGreaterThanOrEqual(8);
    await fixture.db.collection(freshName()).insertOne({});
    const { databases } = await fixture.client.db('admin').admin().listDatabases({ nameOnly: true });
    expect(databases.map(({ name }) => name)).toContain(fixture.db.databaseName);
  });

  // https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
  test('takes document sequences, checksums and messages that want no answer', async () => {
    const raw = await rawConnection(fixture.uri);
    const name = freshName();
    const sequence: [string, Document[]] = ['documents', [{ _id: 1 }, { _id: 2 }]];
    expect(await raw.run(fixture.db.databaseName, { insert: name }, { sequence })).toMatchObject({ ok: 1, n: 2 });
    raw.send(fixture.db.databaseName, { insert: name, documents: [{ _id: 3 }], writeConcern: { w: 0 } }, 2);
    expect(await raw.run(fixture.db.databaseName, { count: name })).toMatchObject({ ok: 1, n: 3 });
    raw.drop();
  });

  test('closes a connection that does not speak the protocol, and only that one', async () => {
    const raw = await rawConnection(fixture.uri);
    await raw.breakWith(Buffer.from('GET / HTTP/1.1\r\nHost: nobody\r\n\r\n'));
    expect(await fixture.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  test('refuses a port in use, naming it, and closes every socket when it stops', async () => {
    const one = await startMongo();
    await expect(startMongo({ port: one.port })).rejects.toThrow(`127.0.0.1:${one.port} is in use`);
    const client = await new MongoClient(one.uri).connect();
    await client.db('a').collection('b').insertOne({});
    await one.stop();
    const again = await startMongo({ port: one.port });
    await again.stop();
    await client.close();
  });

  test('notes what it was asked for', async () => {
    const embedded = await startMongo({ record: (kind, name) => asked.push(`${kind} ${name}`) });
    const client = await new MongoClient(embedded.uri).connect();
    const collection = client.db('a').collection<Document>('b');
    await collection.updateOne({ a: { $gt: 1 } }, { $inc: { n: 1 } }, { upsert: true });
    await collection.aggregate([{ $group: { _id: { $toUpper: '$x' }, n: { $sum: 1 } } }]).toArray();
    expect(asked).toEqual(
      expect.arrayContaining([
        'command update',
        'option update.upsert',
        'query $gt',
        'update $inc',
        'stage $group',
        'expression $toUpper',
        'accumulator $sum',
      ]),
    );
    await client.close();
    await embedded.stop();
  });

  test('forgets a cursor that nobody used for its time', async () => {
    const embedded = await startMongo({ cursorTimeoutMs: 100, ttlIntervalMs: 20 });
    const client = await new MongoClient(embedded.uri).connect();
    const collection = client.db('a').collection('b');
    await collection.insertMany([{}, {}, {}]);
    const first = await client.db('a').command({ find: 'b', batchSize: 1 });
    await sleep(300);
    expect((await errorOf(client.db('a').command({ getMore: first.cursor.id, collection: 'b' }))).code).toBe(43);
    await client.close();
    await embedded.stop();
  });

  test('aborts a transaction after its lifetime', async () => {
    const embedded = await startMongo({ transactionLifetimeLimitSeconds: 0.1 });
    const client = await new MongoClient(embedded.uri).connect();
    const collection = client.db('a').collection<Document>('b');
    await collection.insertOne({ _id: 1 as never, n: 0 });
    const session = client.startSession();
    session.startTransaction();
    await collection.updateOne({}, { $inc: { n: 1 } }, { session });
    expect(await collection.updateOne({}, { $inc: { n: 5 } })).toMatchObject({ modifiedCount: 1 });
    const error = await errorOf(session.commitTransaction());
    expect([error.code, error.hasErrorLabel('TransientTransactionError')]).toEqual([251, true]);
    expect(await collection.findOne()).toMatchObject({ n: 5 });
    await session.endSession();
    await client.close();
    await embedded.stop();
  });
});
