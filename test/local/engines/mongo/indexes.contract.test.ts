import { type Collection, type Document, type Filter, ObjectId, type Sort } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { collectionOf, errorOf, freshName, mongo } from './support.ts';

const { does } = claims('mongo', 'indexes');
const fixture = mongo({ ttlIntervalMs: 50 });

/** The stages of the winning plan, outermost first, and the index that it uses. */
async function planOf(collection: Collection, filter: Filter<Document>, sort?: Sort) {
  const cursor = collection.find(filter);
  const explained: Document = await (sort ? cursor.sort(sort) : cursor).explain('executionStats');
  const stages: string[] = [];
  let index: string | undefined;
  for (let stage = explained.queryPlanner.winningPlan; stage; stage = stage.inputStage ?? stage.queryPlan) {
    if (stage.stage) stages.push(stage.stage);
    index ??= stage.indexName;
  }
  return { stages, index, examined: explained.executionStats.totalDocsExamined as number };
}
does('core/index-unique/', 'a unique index refuses a second document of equal key, and says which', async () => {
  const name = freshName();
  const collection = fixture.db.collection<Document>(name);
  await collection.createIndex({ tenant: 1, 'user.mail': 1 }, { unique: true, name: 'mail' });
  await collection.insertOne({ tenant: 't', user: { mail: 'a@b' } });
  const error = await errorOf(collection.insertOne({ tenant: 't', user: { mail: 'a@b' } }));
  expect(error).toMatchObject({
    code: 11000,
    keyPattern: { tenant: 1, 'user.mail': 1 },
    keyValue: { tenant: 't', 'user.mail': 'a@b' },
  });
  expect(error.message).toBe(
    `E11000 duplicate key error collection: ${fixture.db.databaseName}.${name} index: mail dup key: { tenant: "t", user.mail: "a@b" }`,
  );
  await collection.insertOne({ tenant: 'u', user: { mail: 'a@b' } });
  expect((await errorOf(collection.updateOne({ tenant: 'u' }, { $set: { tenant: 't' } }))).code).toBe(11000);
  expect(await collection.countDocuments({ tenant: 'u' })).toBe(1);
});
const equalIds: [string, unknown, unknown][] = [
  ['a number of another type', 1, 1.0],
  ['equal ObjectIds', new ObjectId('64b7f3a2c1d4e5f601234567'), new ObjectId('64b7f3a2c1d4e5f601234567')],
  ['equal dates', new Date(5), new Date(5)],
  ['equal documents', { a: 1, b: 2 }, { a: 1, b: 2 }],
  ['equal bytes', Buffer.from('key'), Buffer.from('key')],
];
for (const [name, one, other] of equalIds)
  does('core/document/#the-_id-field', `_id is unique by value: ${name}`, async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({ _id: one as never });
    const error = await errorOf(collection.insertOne({ _id: other as never }));
    expect(error.code).toBe(11000);
    expect(error.message).toContain('index: _id_ dup key: { _id: ');
    await collection.insertOne({ _id: 'another' as never });
    expect(await collection.countDocuments({ _id: one as never })).toBe(1);
  });
does(
  'core/index-unique/#missing-document-field-in-a-unique-single-field-index',
  'a missing field is null in a unique index, and nothing in a sparse one',
  async () => {
    const strict = fixture.db.collection<Document>(freshName());
    await strict.createIndex({ a: 1 }, { unique: true });
    await strict.insertOne({ b: 1 });
    expect((await errorOf(strict.insertOne({ b: 2 }))).code).toBe(11000);
    const sparse = fixture.db.collection<Document>(freshName());
    await sparse.createIndex({ a: 1 }, { unique: true, sparse: true });
    await sparse.insertMany([{ b: 1 }, { b: 2 }, { a: null }]);
    expect((await errorOf(sparse.insertOne({ a: null }))).code).toBe(11000);
    expect(await sparse.find().sort({ a: 1 }).toArray()).toHaveLength(3);
    expect((await planOf(sparse, { a: null })).stages).toContain('COLLSCAN');
    expect(await sparse.countDocuments({ a: null })).toBe(3);
  },
);
does('core/index-partial/', 'a partial index binds and serves only what its filter takes in', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.createIndex(
    { mail: 1 },
    { unique: true, name: 'active', partialFilterExpression: { state: 'active' } },
  );
  await collection.insertMany([
    { mail: 'a', state: 'gone' },
    { mail: 'a', state: 'gone' },
    { mail: 'a', state: 'active' },
  ]);
  expect((await errorOf(collection.insertOne({ mail: 'a', state: 'active' }))).code).toBe(11000);
  expect((await errorOf(collection.updateOne({ state: 'gone' }, { $set: { state: 'active' } }))).code).toBe(11000);
  expect((await planOf(collection, { mail: 'a', state: 'active' })).index).toBe('active');
  expect((await planOf(collection, { mail: 'a' })).stages).toContain('COLLSCAN');
  expect(await collection.countDocuments({ mail: 'a' })).toBe(3);
  await collection.deleteOne({ state: 'active' });
  await collection.updateOne({ state: 'gone' }, { $set: { state: 'active' } });
});
does(
  'core/indexes/index-types/index-multikey/',
  'an index over arrays finds by element, once each, and is unique across documents',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.createIndex({ tags: 1 }, { unique: true, name: 'tags' });
    await collection.insertMany([
      { _id: 1 as never, tags: ['a', 'b', 'a'] },
      { _id: 2 as never, tags: ['c'] },
    ]);
    expect((await errorOf(collection.insertOne({ tags: ['x', 'b'] }))).code).toBe(11000);
    expect((await planOf(collection, { tags: { $in: ['a', 'b'] } })).index).toBe('tags');
    expect(await collection.find({ tags: { $in: ['a', 'b'] } }).toArray()).toHaveLength(1);
    expect(await collection.find({ tags: { $gt: 'a', $lt: 'b' } }).toArray()).toHaveLength(1);
    await collection.updateOne({ _id: 1 as never }, { $set: { tags: ['z'] } });
    await collection.insertOne({ tags: ['a'] });
  },
);
does(
  'tutorial/equality-sort-range-guideline/',
  'queries use equality, ranges and order of a compound index',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.createIndex({ tenant: 1, at: -1, _id: -1 }, { name: 'newest' });
    await collection.insertMany(
      Array.from({ length: 1000 }, (_, n) => ({ tenant: `t${n % 10}`, at: new Date(n * 1000), n })),
    );
    const range = { tenant: 't3', at: { $gte: new Date(500_000), $lt: new Date(600_000) } };
    expect(await planOf(collection, range)).toMatchObject({ index: 'newest', examined: 10 });
    expect(await collection.countDocuments(range)).toBe(10);
    const plan = await planOf(collection, { tenant: 't3' }, { at: -1, _id: -1 });
    expect(plan).toMatchObject({ index: 'newest', examined: 100 });
    expect(plan.stages).not.toContain('SORT');
    expect((await planOf(collection, { tenant: 't3' }, { at: 1, _id: 1 })).stages).not.toContain('SORT');
    expect((await planOf(collection, { tenant: 't3' }, { at: -1, _id: 1 })).stages).toContain('SORT');
    const newest = await collection.find({ tenant: 't3' }).sort({ at: -1, _id: -1 }).limit(2).toArray();
    expect(newest.map(({ n }) => n)).toEqual([993, 983]);
    const page: Document = await collection
      .find({ tenant: 't3' })
      .sort({ at: -1, _id: -1 })
      .limit(2)
      .explain('executionStats');
    expect(page.executionStats.totalDocsExamined).toBeLessThanOrEqual(3);
    expect((await planOf(collection, { tenant: { $in: ['t1', 't2'] } })).examined).toBe(200);
    expect((await planOf(collection, { n: 5 })).stages).toContain('COLLSCAN');
  },
);
const filters: [string, Filter<Document>][] = [
  ['$gt', { v: { $gt: 3 } }],
  ['$gte', { v: { $gte: 3 } }],
  ['$lt', { v: { $lt: 3 } }],
  ['$lte', { v: { $lte: 3 } }],
  ['both ends', { v: { $gt: 1, $lte: 6 } }],
  ['strings', { v: { $gte: 'b' } }],
  ['dates', { v: { $lt: new Date(9) } }],
  ['null', { v: null }],
  ['$in', { v: { $in: [1, 'a', null, 7] } }],
  ['$ne', { v: { $ne: 3 } }],
  ['an array', { v: [1, 5] }],
  ['a regex', { v: /^a/ }],
];
for (const [name, filter] of filters)
  does('core/query-plans/', `with an index, upwards or downwards, the same is found as without: ${name}`, async () => {
    const values = [1, 3, 3.5, 7, 'a', 'b', 'c', new Date(1), null, undefined, [1, 5], [8], [], true, Number.NaN, -0];
    const documents = values.map((v, _id) => (v === undefined ? { _id } : { _id, v }));
    const found: unknown[][] = [];
    for (const direction of [undefined, 1, -1] as const) {
      const collection = fixture.db.collection<Document>(freshName());
      if (direction) await collection.createIndex({ v: direction });
      await collection.insertMany(documents as never);
      found.push((await collection.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id));
    }
    expect(found[0]?.length).toBeGreaterThan(0);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });
does('core/index-ttl/', 'a TTL index deletes what is past, and leaves future, missing and other values', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.createIndex({ at: 1 }, { expireAfterSeconds: 10 });
  const now = Date.now();
  await collection.insertMany([
    { _id: 'past' as never, at: new Date(now - 11_000) },
    { _id: 'array' as never, at: [new Date(now + 60_000), new Date(now - 60_000)] },
    { _id: 'young' as never, at: new Date(now) },
    { _id: 'future' as never, at: new Date(now + 60_000) },
    { _id: 'missing' as never },
    { _id: 'text' as never, at: '1970' },
  ]);
  // A real server looks for what expires once a minute.
  await eventually(async () => expect(await collection.countDocuments()).toBeLessThanOrEqual(4), 50);
  expect((await collection.find().toArray()).map(({ _id }) => _id)).toEqual(['young', 'future', 'missing', 'text']);
});
does(
  'reference/command/createIndexes/',
  'an equal index is no change; another under its name or key is a conflict',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    const create = (key: Record<string, 1 | -1>, options = {}) =>
      collection.createIndex(key, { name: 'one', ...options });
    await create({ a: 1 });
    await create({ a: 1 });
    expect((await errorOf(create({ b: 1 }))).code).toBe(86);
    expect((await errorOf(create({ a: 1 }, { unique: true }))).code).toBe(86);
    expect((await errorOf(create({ a: 1 }, { expireAfterSeconds: 5 }))).code).toBe(85);
    expect((await errorOf(create({ a: 1 }, { name: 'two' }))).code).toBe(85);
    expect((await collection.indexes()).map(({ name, key }) => ({ name, key }))).toEqual([
      { name: '_id_', key: { _id: 1 } },
      { name: 'one', key: { a: 1 } },
    ]);
    await collection.dropIndex('one');
    expect((await errorOf(collection.dropIndex('one'))).code).toBe(27);
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    expect((await errorOf(create({ a: 1 }, { unique: true }))).code).toBe(11000);
    expect(await collection.indexes()).toHaveLength(1);
  },
);
does('reference/command/find/', 'a hint chooses the index, and one that does not exist is refused', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.createIndex({ a: 1 }, { name: 'a' });
  await collection.createIndex({ b: 1 }, { name: 'b' });
  await collection.insertMany([
    { a: 1, b: 2 },
    { a: 2, b: 1 },
  ]);
  const explained: Document = await collection.find({ a: 1, b: 2 }).hint('b').explain();
  expect(JSON.stringify(explained)).toContain('"indexName":"b"');
  expect(await collection.find({ a: 1 }).hint({ b: 1 }).toArray()).toHaveLength(1);
  expect((await errorOf(collection.find({}).hint('none').toArray())).code).toBe(2);
});

does(
  'reference/operator/query/or/',
  'a top-level $or uses an index for each branch, and gives each document once',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.createIndex({ a: 1 });
    await collection.createIndex({ b: 1 });
    await collection.insertMany(Array.from({ length: 200 }, (_, n) => ({ a: n, b: 199 - n, even: n % 2 === 0 })));
    const filter = { even: true, $or: [{ a: { $lt: 4 } }, { b: { $in: [196, 197, 3] } }] };
    expect((await collection.find(filter).sort({ a: 1 }).toArray()).map(({ a }) => a)).toEqual([0, 2, 196]);
    const { stages, examined } = await planOf(collection, filter);
    expect(stages).not.toContain('COLLSCAN');
    expect(examined).toBeLessThanOrEqual(7);
    const open = { $or: [{ a: 1 }, { c: 1 }] };
    expect((await planOf(collection, open)).stages).toContain('COLLSCAN');
  },
);

does(
  'reference/command/listIndexes/',
  'an index that serves is listed alike whether those that are being built are asked for apart or not',
  async () => {
    const collection = await collectionOf(fixture, { a: 1 });
    await collection.createIndex({ a: 1 }, { unique: true });
    const list = (more = {}) => fixture.db.command({ listIndexes: collection.collectionName, ...more });
    const apart = await list({ includeBuildUUIDs: true });
    expect(apart.cursor.firstBatch).toEqual((await list()).cursor.firstBatch);
    expect(apart.cursor.firstBatch).toMatchObject([{ name: '_id_' }, { name: 'a_1', key: { a: 1 }, unique: true }]);
  },
);
