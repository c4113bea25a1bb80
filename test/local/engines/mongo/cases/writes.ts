import { ObjectId, Timestamp } from 'mongodb';
import { expect } from 'vitest';
import { type Case, fails, idsOf, numbered, type Row, type World } from './case.ts';

const method = (name: string): string => `reference/method/db.collection.${name}/`;
const insertPage = 'reference/command/insert/';
const deletePage = 'reference/command/delete/';

const all = ({ collection }: World) => collection.find().sort({ _id: 1 }).toArray();

const inserts: Case[] = [
  [
    method('insertOne'),
    'insertOne makes an ObjectId where there is no _id, and puts _id first',
    async ({ collection }) => {
      const { insertedId } = await collection.insertOne({ a: 1 });
      expect(insertedId).toBeInstanceOf(ObjectId);
      expect(await collection.findOne({ _id: insertedId as never })).toMatchObject({ a: 1 });
      await collection.insertOne({ z: 1, _id: 'last' });
      expect(Object.keys((await collection.findOne({ z: 1 })) ?? {})).toEqual(['_id', 'z']);
    },
  ],
  [
    method('insertOne'),
    'a second document of one _id is a duplicate key',
    async ({ collection }) => {
      await collection.insertOne({ _id: 1 });
      await expect(collection.insertOne({ _id: 1, a: 2 })).rejects.toMatchObject({
        code: 11000,
        keyPattern: { _id: 1 },
        keyValue: { _id: 1 },
      });
      expect(await collection.findOne()).toEqual({ _id: 1 });
    },
  ],
  fails(
    insertPage,
    'an empty insert is an error',
    ({ collection, db }) => db.command({ insert: collection.collectionName, documents: [] }),
    16,
  ),
  fails(
    'core/document/#the-_id-field',
    '_id cannot be an array',
    ({ collection }) => collection.insertOne({ _id: [1] }),
    2,
    53,
  ),
  fails(
    'core/document/#the-_id-field',
    '_id cannot have fields that begin with $',
    ({ collection }) => collection.insertOne({ _id: { $a: 1 } }),
    52,
    2,
  ),
];

const EMPTY = new Timestamp({ t: 0, i: 0 });
const timestamps = 'reference/bson-types/#timestamps';

/** Each later than the one before, and all of this minute. */
function expectPresent(...stamps: unknown[]): void {
  let before = EMPTY;
  for (const stamp of stamps) {
    if (!(stamp instanceof Timestamp)) throw new Error(`no timestamp: ${String(stamp)}`);
    expect(Math.abs(stamp.t - Date.now() / 1000)).toBeLessThan(60);
    expect(stamp.greaterThan(before)).toBe(true);
    before = stamp;
  }
}

const stamped: Case[] = [
  [
    timestamps,
    'an empty timestamp at the top of what is inserted becomes a present one; deeper, and as _id, it stays',
    async ({ collection }) => {
      await collection.insertMany([{ _id: EMPTY, first: EMPTY, second: EMPTY, deep: { at: EMPTY }, list: [EMPTY] }]);
      const found = await collection.findOne({ _id: EMPTY, 'deep.at': EMPTY, list: EMPTY });
      expectPresent(found?.first, found?.second);
    },
  ],
  [
    timestamps,
    'so does one of a replacement, and of a bulkWrite; one that $set sets stays',
    async ({ collection, client }) => {
      const { namespace } = collection;
      await collection.replaceOne({ _id: 1 }, { at: EMPTY }, { upsert: true });
      const replaced = await collection.findOneAndReplace({ _id: 1 }, { at: EMPTY }, { returnDocument: 'after' });
      const document = { _id: 2, at: EMPTY };
      await client.bulkWrite<{ [namespace: string]: Row }>([{ namespace, name: 'insertOne', document }]);
      expectPresent(replaced?.at, (await collection.findOne({ _id: 2 }))?.at);
      await collection.updateOne({ _id: 2 }, { $set: { at: EMPTY } });
      expect(await collection.countDocuments({ at: EMPTY })).toBe(1);
    },
  ],
  [
    'reference/operator/update/currentDate/',
    'two timestamps of $currentDate are never the same',
    async ({ collection }) => {
      await collection.insertMany([{ _id: 1 }, { _id: 2 }]);
      await collection.updateMany({}, { $currentDate: { at: { $type: 'timestamp' } } });
      expectPresent(...(await collection.find().sort({ _id: 1 }).toArray()).map(({ at }) => at));
    },
  ],
];

const changes: Case[] = [
  [
    method('updateOne'),
    'updateOne changes the first that matches and counts',
    async (world) => {
      await numbered(world);
      const { collection } = world;
      expect(await collection.updateOne({ kind: 0 }, { $set: { x: 1 } })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 1,
        upsertedCount: 0,
        upsertedId: null,
      });
      expect(await collection.updateOne({ kind: 9 }, { $set: { x: 1 } })).toMatchObject({
        matchedCount: 0,
        modifiedCount: 0,
      });
      expect(await collection.countDocuments({ x: 1 })).toBe(1);
    },
  ],
  [
    method('updateOne'),
    'an update that changes nothing matches but does not modify',
    async ({ collection }) => {
      await collection.insertOne({ a: 1, b: [1] });
      expect(await collection.updateOne({}, { $set: { a: 1 }, $addToSet: { b: 1 } })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 0,
      });
      expect(await collection.replaceOne({}, { a: 1, b: [1] })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    },
  ],
  [
    method('updateOne'),
    'updateOne and replaceOne take a sort',
    async (world) => {
      await numbered(world);
      await world.collection.updateOne({ kind: 0 }, { $set: { x: 1 } }, { sort: { n: -1 } });
      await world.collection.replaceOne({ kind: 1 }, { y: 1 }, { sort: { n: -1 } });
      expect(await all(world)).toMatchObject([{ _id: 1 }, { _id: 2, kind: 1 }, { _id: 3, x: 1 }, { _id: 4, y: 1 }]);
    },
  ],
  [
    method('updateMany'),
    'updateMany changes all that match, with hint, comment and let',
    async (world) => {
      await numbered(world);
      const options = { hint: '_id_', comment: 'why', let: { least: 2 } };
      const filter = { $expr: { $gt: ['$n', '$$least'] } };
      expect(
        await world.collection.updateMany(filter, [{ $set: { n: { $multiply: ['$n', '$$least'] } } }], options),
      ).toMatchObject({ matchedCount: 2, modifiedCount: 2 });
      expect((await all(world)).map(({ n }) => n)).toEqual([1, 2, 6, 8]);
    },
  ],
  [
    method('updateMany'),
    'updateMany upserts one document when none matches',
    async (world) => {
      expect(
        await world.collection.updateMany({ _id: 7, kind: 1 }, { $set: { n: 1 } }, { upsert: true }),
      ).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 7 });
      expect(await all(world)).toEqual([{ _id: 7, kind: 1, n: 1 }]);
    },
  ],
  [
    method('replaceOne'),
    'replaceOne puts a document in the place of another and keeps its _id',
    async (world) => {
      await numbered(world, 2);
      expect(await world.collection.replaceOne({ n: 1 }, { other: 1 })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 1,
      });
      expect(await world.collection.replaceOne({ _id: 9 }, { n: 9 }, { upsert: true })).toMatchObject({
        upsertedId: 9,
      });
      expect(await all(world)).toEqual([
        { _id: 1, other: 1 },
        { _id: 2, n: 2, kind: 1 },
        { _id: 9, n: 9 },
      ]);
    },
  ],
  fails(
    method('replaceOne'),
    'a replacement with another _id is an error',
    async (world) => {
      await numbered(world, 1);
      await world.collection.replaceOne({ n: 1 }, { _id: 5 });
    },
    66,
  ),
  fails(
    'reference/command/update/',
    'a replacement of many is an error',
    ({ collection, db }) =>
      db.command({ update: collection.collectionName, updates: [{ q: {}, u: { a: 1 }, multi: true }] }),
    9,
  ),
  [
    deletePage,
    'deleteOne and deleteMany count what they delete, with hint and let',
    async (world) => {
      await numbered(world);
      const { collection } = world;
      expect(await collection.deleteOne({ kind: 0 }, { hint: { _id: 1 }, comment: 'why' })).toMatchObject({
        deletedCount: 1,
      });
      expect(await collection.deleteMany({ $expr: { $gte: ['$n', '$$least'] } }, { let: { least: 3 } })).toMatchObject({
        deletedCount: 2,
      });
      expect(await collection.deleteMany({ none: 1 })).toMatchObject({ deletedCount: 0 });
      expect(idsOf(await all(world))).toEqual([2]);
    },
  ],
  fails(
    'reference/command/update/',
    'a hint of an update to no index is an error',
    async (world) => {
      await numbered(world);
      await world.collection.updateOne({}, { $set: { a: 1 } }, { hint: 'none' });
    },
    2,
  ),
];

const upsertPage = 'reference/method/db.collection.update/#upsert-behavior';
const upserts = (title: string, filter: object, update: object, expected: object): Case => [
  upsertPage,
  title,
  async ({ collection }) => {
    const result = await collection.updateOne(filter, update, { upsert: true });
    expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 7 });
    expect(await collection.findOne()).toEqual(expected);
    await collection.updateOne({ _id: 7 }, { $setOnInsert: { n: 99 }, $set: { again: 1 } }, { upsert: true });
    expect(await collection.findOne()).toEqual({ ...expected, again: 1 });
  },
];

const upserting: Case[] = [
  upserts(
    'an upsert takes equality of the filter into the document',
    { _id: 7, a: 1, 'b.c': 2, d: { $gt: 3 } },
    { $set: { e: 5 } },
    { _id: 7, a: 1, b: { c: 2 }, e: 5 },
  ),
  upserts(
    'an upsert takes equality inside $and, $eq and $in of one too',
    { _id: 7, $and: [{ a: 1 }, { b: { $in: [2] } }], c: { $eq: 3 } },
    { $setOnInsert: { n: 1 } },
    { _id: 7, a: 1, b: 2, c: 3, n: 1 },
  ),
  upserts(
    'an upsert takes nothing of $in of several',
    { _id: 7, a: { $in: [1, 2] } },
    { $inc: { n: 2 } },
    { _id: 7, n: 2 },
  ),
  upserts(
    'an upsert takes nothing of $or of several',
    { _id: 7, $or: [{ a: 1 }, { b: 1 }] },
    { $push: { l: 1 } },
    { _id: 7, l: [1] },
  ),
  upserts(
    'an upsert by a pipeline begins with the equality of the filter',
    { _id: 7, a: 2 },
    [{ $set: { b: { $add: ['$a', 1] } } }],
    { _id: 7, a: 2, b: 3 },
  ),
  [
    upsertPage,
    'two upserts of one unique key leave one document',
    async ({ collection }) => {
      await collection.createIndex({ key: 1 }, { unique: true });
      await Promise.all(
        Array.from({ length: 8 }, () => collection.updateOne({ key: 'k' }, { $inc: { n: 1 } }, { upsert: true })),
      );
      expect(await collection.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'k', n: 8 }]);
    },
  ],
  fails(
    upsertPage,
    'an upsert whose filter and update disagree on _id is an error',
    ({ collection }) => collection.updateOne({ _id: 1 }, { $set: { _id: 2 } }, { upsert: true }),
    66,
  ),
];

export const writeCases: readonly Case[] = [...inserts, ...stamped, ...changes, ...upserting];
