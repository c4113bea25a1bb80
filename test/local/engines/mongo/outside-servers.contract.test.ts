import { connect } from 'node:net';
import { Decimal128, type Document, Double, Long, ObjectId, serialize } from 'bson';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { rawConnection } from './raw.ts';
import { errorOf, freshName, mongo } from './support.ts';

const { does, refuses } = claims('mongo', 'what other suites ask');
const fixture = mongo();

interface Row {
  _id: number;
  n?: number;
}

const filled = async (...documents: object[]) => {
  const all = fixture.db.collection<{ _id?: unknown }>(freshName());
  await all.insertMany(documents);
  return all;
};

does('reference/operator/query/all/', '$all is met by several documents of one array', async () => {
  const all = await filled(
    { _id: 1, qty: [{ size: 'S' }, { size: 'M' }, { size: 'L' }] },
    { _id: 2, qty: [{ size: 'M' }] },
  );
  expect(await all.distinct('_id', { 'qty.size': { $all: ['M', 'L'] } })).toEqual([1]);
  expect(await all.distinct('_id', { 'qty.size': { $not: { $all: ['M', 'L'] } } })).toEqual([2]);
});

does(
  'reference/operator/query/elemMatch/',
  '$elemMatch takes an array in an array as a document of positions',
  async () => {
    const all = await filled({
      _id: 1,
      scores: [
        [40, 50],
        [60, 20],
      ],
    });
    const filter = { scores: { $elemMatch: { 0: 60 } } };
    expect(await all.findOne(filter, { projection: { scores: filter.scores } })).toEqual({
      _id: 1,
      scores: [[60, 20]],
    });
    await all.updateOne(filter, { $push: { 'scores.$': 30 } } as object);
    expect(await all.findOne()).toEqual({
      _id: 1,
      scores: [
        [40, 50],
        [60, 20, 30],
      ],
    });
  },
);

does('reference/operator/projection/elemMatch/', 'a projection leaves out fields beside $elemMatch', async () => {
  const all = await filled({ _id: 1, a: [1, 5, 9], b: 1, c: 2 });
  const projection = { a: { $elemMatch: { $gt: 3 } }, b: 0 };
  expect(await all.findOne({}, { projection })).toEqual({ _id: 1, a: [5], c: 2 });
});

does(
  'reference/operator/update/pop/',
  '$pop, $pull and $pullAll fail on a path that cannot be, $unset does not',
  async () => {
    const all = await filled({ _id: 1, hat: ['green'] });
    for (const update of [{ $pop: { 'hat.x': 1 } }, { $pull: { 'hat.x': 1 } }, { $pullAll: { 'hat.x': [1] } }])
      expect(await errorOf(all.updateOne({}, update as object))).toMatchObject({ code: 28 });
    expect(await all.updateOne({}, { $unset: { 'hat.x': '' } })).toMatchObject({ modifiedCount: 0 });
  },
);

does('core/dot-dollar-considerations/', 'an inserted document may have fields that begin with a dollar', async () => {
  const all = await filled({ _id: 1, $a: 1, b: { $c: 2 } });
  expect(await all.findOne()).toEqual({ _id: 1, $a: 1, b: { $c: 2 } });
  expect(await errorOf(all.insertOne({ _id: { $a: 1 } as unknown as ObjectId }))).toMatchObject({ code: 52 });
});

does('reference/database-references/', 'a document with $ref and $id is one like any other', async () => {
  const id = new ObjectId();
  const all = await filled(
    { _id: 1, owner: { $ref: 'owners', $id: id } },
    { _id: 2, owner: { $ref: 'owners', $id: 5 } },
  );
  expect(await all.distinct('_id', { 'owner.$id': id } as object)).toEqual([1]);
  const [stored] = await all.find({ _id: 2 } as object, { raw: true }).toArray();
  expect(Buffer.from(stored as unknown as Uint8Array).includes('$ref')).toBe(true);
});

does('core/transactions/', 'a transaction makes an index of a collection that it made', async () => {
  const name = freshName();
  await fixture.client.withSession((session) =>
    session.withTransaction(async () => {
      const all = await fixture.db.createCollection(name, { session });
      await all.createIndex({ a: 1 }, { session, unique: true });
      await all.insertOne({ a: 1 }, { session });
    }),
  );
  expect((await fixture.db.collection(name).indexes()).map((index) => index.name)).toEqual(['_id_', 'a_1']);
  expect(await errorOf(fixture.db.collection(name).insertOne({ a: 1 }))).toMatchObject({ code: 11_000 });
  const session = fixture.client.startSession();
  session.startTransaction();
  expect(await errorOf(fixture.db.collection(name).createIndex({ b: 1 }, { session }))).toMatchObject({ code: 263 });
  await session.endSession();
});

does('reference/operator/aggregation/documents/', '$documents gives what a pipeline begins with', async () => {
  const found = await fixture.db.aggregate([{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }]).toArray();
  expect(found).toEqual([{ a: 2 }]);
  expect(await errorOf(fixture.db.aggregate([{ $match: {} }]).toArray())).toMatchObject({ code: 73 });
});

does(
  'reference/command/renameCollection/',
  'a collection is renamed with its indexes, over another one only if asked',
  async () => {
    const all = await filled({ _id: 1 });
    await all.createIndex({ a: 1 });
    const other = await filled({ _id: 2 });
    expect(await errorOf(all.rename(other.collectionName))).toMatchObject({ code: 48 });
    const renamed = await all.rename(other.collectionName, { dropTarget: true });
    expect(await renamed.distinct('_id')).toEqual([1]);
    expect(await renamed.indexExists('a_1')).toBe(true);
    expect(await errorOf(all.rename(freshName()))).toMatchObject({ code: 26 });
  },
);

does('reference/command/find/', 'find takes oplogReplay of older clients, without effect', async () => {
  const all = await filled({ _id: 1 });
  const found = await fixture.db.command({ find: all.collectionName, oplogReplay: true });
  expect(found.cursor.firstBatch).toEqual([{ _id: 1 }]);
});

does(
  'reference/command/bulkWrite/',
  'bulkWrite writes to several collections and tells of each operation',
  async () => {
    const [one, other] = [await filled({ _id: 1, n: 1 }), await filled({ _id: 1 })];
    const namespace = one.namespace;
    const result = await fixture.client.bulkWrite<Record<string, Row>>(
      [
        { name: 'insertOne', namespace, document: { _id: 2 } },
        { name: 'updateMany', namespace, filter: {}, update: { $inc: { n: 1 } } },
        { name: 'updateOne', namespace, filter: { _id: 9 }, update: { $set: { n: 9 } }, upsert: true },
        { name: 'deleteOne', namespace: other.namespace, filter: { _id: 1 } },
      ],
      { verboseResults: true },
    );
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 2,
      modifiedCount: 2,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(result.updateResults?.get(2)).toMatchObject({ upsertedId: 9 });
    expect(await other.countDocuments()).toBe(0);
  },
);

does('reference/command/bulkWrite/', 'bulkWrite ends at the first error when it is ordered', async () => {
  const { namespace, ...all } = await filled({ _id: 1 });
  const insert = (_id: number) => ({ name: 'insertOne' as const, namespace, document: { _id } });
  expect(all).toBeDefined();
  for (const [ordered, insertedCount] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const from = ordered ? 10 : 20;
    const failed = fixture.client.bulkWrite<Record<string, Row>>([insert(from), insert(1), insert(from + 1)], {
      ordered,
    });
    await expect(failed).rejects.toMatchObject({ partialResult: { insertedCount } });
  }
});

does('reference/mongodb-wire-protocol/', 'what a shell asks first is answered', async () => {
  const admin = fixture.db.admin();
  for (const command of [
    ...[
      { hello: 1 },
      { buildInfo: 1 },
      { getParameter: 1, featureCompatibilityVersion: 1 },
      { ping: 1 },
      { hostInfo: 1 },
    ],
    ...[{ connectionStatus: 1, showPrivileges: true }, { getLog: 'startupWarnings' }, { getCmdLineOpts: 1 }],
    ...[{ listDatabases: 1, nameOnly: true }, { serverStatus: 1 }, { replSetGetStatus: 1 }],
  ])
    expect(await admin.command(command)).toMatchObject({ ok: 1 });
  expect(await errorOf(admin.command({ atlasVersion: 1 }))).toMatchObject({ code: 59 });
});

does('reference/command/collStats/', 'statistics of a collection and a database count what is there', async () => {
  const all = await filled({ _id: 1, a: 'x' }, { _id: 2, a: 'y' });
  const [stats] = await all.aggregate([{ $collStats: { storageStats: {}, count: {} } }]).toArray();
  expect(stats).toMatchObject({ ns: all.namespace, count: 2, storageStats: { count: 2, nindexes: 1, size: 46 } });
  expect(await fixture.db.command({ collStats: all.collectionName })).toMatchObject({ count: 2, avgObjSize: 23 });
  expect((await fixture.db.command({ dbStats: 1 })).objects).toBeGreaterThanOrEqual(2);
});

does(
  'tutorial/query-array-of-documents/',
  'a position in a path names one element, and what is inside it',
  async () => {
    const all = await filled(
      { _id: 1, a: [[1, 2], [3]] },
      { _id: 2, a: { 0: [1, 2] } },
      { _id: 3, a: [1] },
      { _id: 5, a: [] },
    );
    const ids = (filter: object) => all.distinct('_id', filter);
    for (const index of [undefined, 'a.0', 'a.0.b']) {
      if (index) await all.createIndex({ [index]: 1 });
      expect(await ids({ 'a.0': 1 })).toEqual([2, 3]);
      expect(await ids({ 'a.0': [1, 2] })).toEqual([1, 2]);
      expect(await ids({ 'a.0.0': 1 })).toEqual([1, 2]);
      expect(await ids({ 'a.0.b': null })).toEqual([]);
      expect(await ids({ 'a.0.b': { $exists: false } })).toEqual([1, 2, 3, 5]);
    }
    expect(await errorOf(all.insertOne({ a: [{ 0: 1 }] } as object))).toMatchObject({ code: 16_746 });
  },
);

does('reference/command/dropIndexes/', 'an index is named by its key in numbers of any type', async () => {
  const all = await filled({ _id: 1, a: 1 });
  await all.createIndex({ a: 1 });
  expect(await all.findOne({ a: 1 } as object, { hint: { a: Long.ONE } as unknown as Document })).toMatchObject({
    _id: 1,
  });
  await fixture.db.command({ dropIndexes: all.collectionName, index: { a: new Double(1) } });
  expect(await all.indexes()).toHaveLength(1);
});

does('reference/method/db.runCommand/', 'ok is a double', async () => {
  const answer = await fixture.db.command({ ping: 1 }, { promoteValues: false });
  expect(answer.ok).toEqual(new Double(1));
});

does('reference/operator/update/rename/', '$rename fails on a path that cannot be', async () => {
  const all = await filled({ _id: 1, a: 5 });
  expect(await errorOf(all.updateOne({}, { $rename: { 'a.b': 'c' } } as object))).toMatchObject({ code: 28 });
});

does(
  'reference/method/db.collection.updateOne/',
  'an upsert takes the equalities of its filter in the order of their names',
  async () => {
    const all = await filled({ _id: 1 });
    await all.updateOne({ z: 2, b: 3, 'a.x': 4 } as object, { $set: { _id: 2 } } as object, { upsert: true });
    expect(JSON.stringify(await all.findOne({ z: 2 } as object))).toBe('{"_id":2,"a":{"x":4},"b":3,"z":2}');
  },
);

does(
  'reference/operator/aggregation/',
  'an expression with too few or too many operands is refused before it is run',
  async () => {
    const run = (expression: object) =>
      fixture.db
        .collection('none')
        .aggregate([{ $project: { x: expression } }])
        .toArray();
    for (const expression of [
      { $abs: [-2, 4] },
      { $divide: 5 },
      { $mod: [5, 3, 1] },
      { $floor: [] },
      { $substrCP: ['a', 1] },
    ])
      expect(await errorOf(run(expression))).toMatchObject({ code: 16_020 });
    for (const expression of [{ $slice: [[1]] }, { $range: [1] }, { $indexOfCP: ['a'] }])
      expect(await errorOf(run(expression))).toMatchObject({ code: 28_667 });
  },
);

does('reference/operator/aggregation/arrayToObject/', '$arrayToObject takes pairs and nothing else', async () => {
  const run = async (array: unknown) => {
    const [found] = await fixture.db
      .aggregate([{ $documents: [{ array }] }, { $project: { x: { $arrayToObject: '$array' } } }])
      .toArray();
    return found?.x as unknown;
  };
  expect(await run([['a', 1]])).toEqual({ a: 1 });
  expect(await run([{ k: 'a', v: 1 }])).toEqual({ a: 1 });
  for (const [array, code] of [
    [[['a', 'b', 'c']], 40_397],
    [[{ k: 'a', v: 1, t: 1 }], 40_392],
    ['a', 40_386],
  ])
    expect(await errorOf(run(array))).toMatchObject({ code });
});

does(
  'reference/operator/aggregation/concatArrays/',
  '$concatArrays of null is null, of what is no array an error',
  async () => {
    const run = async (operand: unknown) =>
      (
        await fixture.db
          .aggregate([{ $documents: [{ a: [1] }] }, { $project: { x: { $concatArrays: operand } } }])
          .toArray()
      )[0]?.x as unknown;
    expect(await run(['$a', [2]])).toEqual([1, 2]);
    expect(await run('$a')).toEqual([1]);
    expect(await run(['$a', '$missing'])).toBeNull();
    expect(await errorOf(run(['$a', 5]))).toMatchObject({ code: 28_664 });
  },
);

refuses('reference/operator/aggregation/sum/', 'sums of Decimal128', async () => {
  const all = await filled({ _id: 1, d: Decimal128.fromString('4') });
  for (const name of ['$sum', '$avg'])
    expect(await errorOf(all.aggregate([{ $group: { _id: null, n: { [name]: '$d' } } }]).toArray())).toMatchObject({
      code: 238,
    });
});

refuses('reference/command/create/', 'capped collections, views, time series', async () => {
  for (const options of [{ capped: true, size: 100 }, { viewOn: 'c' }, { timeseries: { timeField: 't' } }])
    expect(await errorOf(fixture.db.createCollection(freshName(), options))).toMatchObject({ code: 238 });
});

refuses(
  'https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point',
  'fail points, unless started with them',
  async () => {
    const raw = await rawConnection(fixture.uri);
    expect(await raw.run('admin', { configureFailPoint: 'failCommand', mode: 'off' })).toMatchObject({
      ok: 0,
      code: 59,
    });
    raw.drop();
  },
);

does(
  'reference/mongodb-wire-protocol/',
  'a document that is malformed is told so, and the connection goes on',
  async () => {
    const raw = await rawConnection(fixture.uri);
    const message = Buffer.concat([Buffer.alloc(21), serialize({ ping: 1, $db: 'admin' })]);
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(2013, 12);
    message.writeUInt8(0x20, 25);
    raw.sendBytes(message);
    expect((await raw.receive()).document).toMatchObject({ ok: 0, code: 22 });
    expect(await raw.run('admin', { ping: 1 })).toMatchObject({ ok: 1 });
    raw.drop();
  },
);

does('reference/mongodb-wire-protocol/', 'who does not read holds nobody up and no memory', async () => {
  const all = await filled({ _id: 1, b: Buffer.alloc(5_000_000) });
  const { hostname, port } = new URL(fixture.uri.replace('mongodb:', 'http:'));
  const slow = connect(Number(port), hostname);
  slow.pause();
  const before = process.memoryUsage().arrayBuffers;
  const find = serialize({ find: all.collectionName, $db: fixture.db.databaseName });
  const message = Buffer.concat([Buffer.alloc(21), find]);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(2013, 12);
  await new Promise((resolve) => slow.write(Buffer.concat(Array.from({ length: 100 }, () => message)), resolve));
  for (let one = 0; one < 100; one++) await fixture.db.command({ ping: 1 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
  slow.destroy();
});

does(
  'reference/method/db.collection.insertMany/',
  '20,000 duplicates are answered, the later ones without words',
  async () => {
    const all = await filled({ _id: 0 });
    const documents = Array.from({ length: 20_000 }, () => ({ _id: 0 }));
    const raw = await rawConnection(fixture.uri);
    const command = { insert: all.collectionName, ordered: false };
    const answer = await raw.run(fixture.db.databaseName, command, { sequence: ['documents', documents] });
    expect(answer.writeErrors).toHaveLength(20_000);
    expect(answer.writeErrors[0].errmsg).toContain('E11000');
    expect(answer.writeErrors[19_999]).toMatchObject({ code: 11_000, errmsg: '' });
    raw.drop();
  },
);
