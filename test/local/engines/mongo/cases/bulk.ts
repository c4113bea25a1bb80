import { MongoBulkWriteError } from 'mongodb';
import { expect } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { type Case, fails, idsOf, numbered, type World } from './case.ts';

const insertPage = 'reference/command/insert/';
const bulkPage = 'core/bulk-write-operations/';
const all = ({ collection }: World) => collection.find().sort({ _id: 1 }).toArray();

/** What a bulk ends with; the test fails when it does not. */
async function bulkErrorOf(promise: Promise<unknown>): Promise<MongoBulkWriteError> {
  const cause = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (cause instanceof MongoBulkWriteError) return cause;
  throw cause ?? new Error('expected an error of a bulk');
}

const famPage = 'reference/command/findAndModify/';
const findAndModify: Case[] = [
  [
    famPage,
    'findOneAndUpdate gives the document before, or after when asked',
    async (world) => {
      await numbered(world);
      const { collection } = world;
      expect(await collection.findOneAndUpdate({ kind: 0 }, { $inc: { n: 10 } }, { sort: { n: -1 } })).toEqual({
        _id: 3,
        n: 3,
        kind: 0,
      });
      expect(
        await collection.findOneAndUpdate({ _id: 3 }, [{ $set: { n: { $add: ['$n', '$$by'] } } }], {
          returnDocument: 'after',
          projection: { _id: 0, n: 1 },
          let: { by: 1 },
          hint: { _id: 1 },
          comment: 'why',
        }),
      ).toEqual({ n: 14 });
      expect(await collection.findOneAndUpdate({ _id: 99 }, { $set: { n: 1 } })).toBeNull();
    },
  ],
  [
    famPage,
    'findOneAndUpdate upserts, and takes arrayFilters',
    async ({ collection }) => {
      expect(await collection.findOneAndUpdate({ _id: 1 }, { $set: { l: [1, 5] } }, { upsert: true })).toBeNull();
      expect(
        await collection.findOneAndUpdate(
          { _id: 1 },
          { $set: { 'l.$[big]': 0 } },
          { arrayFilters: [{ big: { $gt: 3 } }], returnDocument: 'after' },
        ),
      ).toEqual({ _id: 1, l: [1, 0] });
      expect(
        await collection.findOneAndUpdate({ _id: 2 }, { $set: { n: 2 } }, { upsert: true, returnDocument: 'after' }),
      ).toEqual({ _id: 2, n: 2 });
    },
  ],
  [
    famPage,
    'includeResultMetadata tells whether it was there and what was inserted',
    async ({ collection }) => {
      const inserted = await collection.findOneAndUpdate(
        { _id: 1 },
        { $set: { n: 1 } },
        { upsert: true, includeResultMetadata: true },
      );
      expect(inserted).toMatchObject({ value: null, lastErrorObject: { n: 1, updatedExisting: false, upserted: 1 } });
      const updated = await collection.findOneAndUpdate(
        { _id: 1 },
        { $set: { n: 2 } },
        { includeResultMetadata: true },
      );
      expect(updated).toMatchObject({ value: { _id: 1, n: 1 }, lastErrorObject: { n: 1, updatedExisting: true } });
    },
  ],
  [
    famPage,
    'findOneAndReplace and findOneAndDelete give what was there',
    async (world) => {
      await numbered(world, 2);
      const { collection } = world;
      expect(await collection.findOneAndReplace({ _id: 1 }, { m: 1 }, { returnDocument: 'after' })).toEqual({
        _id: 1,
        m: 1,
      });
      expect(await collection.findOneAndDelete({}, { sort: { _id: -1 }, projection: { kind: 0 } })).toEqual({
        _id: 2,
        n: 2,
      });
      expect(await collection.findOneAndDelete({ _id: 2 })).toBeNull();
      expect(await all(world)).toEqual([{ _id: 1, m: 1 }]);
    },
  ],
  fails(
    famPage,
    'findAndModify cannot update and remove',
    ({ collection, db }) =>
      db.command({ findAndModify: collection.collectionName, update: { $set: { a: 1 } }, remove: true }),
    9,
  ),
];

const bulks: Case[] = [
  [
    insertPage,
    'an ordered insertMany stops at the first error and says how far it came',
    async (world) => {
      const documents = [{ _id: 1 }, { _id: 2 }, { _id: 1, again: true }, { _id: 3 }];
      const error = await bulkErrorOf(world.collection.insertMany(documents));
      expect(error.code).toBe(11000);
      expect(error.result).toMatchObject({ insertedCount: 2 });
      expect(error.writeErrors).toMatchObject([{ index: 2, code: 11000 }]);
      expect(idsOf(await all(world))).toEqual([1, 2]);
    },
  ],
  [
    insertPage,
    'an unordered insertMany goes on and names every error by its place',
    async (world) => {
      const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }, { _id: 3 }];
      const error = await bulkErrorOf(world.collection.insertMany(documents, { ordered: false }));
      expect(error.result).toMatchObject({ insertedCount: 3 });
      expect(error.writeErrors).toMatchObject([
        { index: 1, code: 11000 },
        { index: 3, code: 11000 },
      ]);
      expect(idsOf(await all(world))).toEqual([1, 2, 3]);
    },
  ],

  [
    bulkPage,
    'bulkWrite does every kind of operation in order',
    async (world) => {
      const result = await world.collection.bulkWrite([
        { insertOne: { document: { _id: 1, n: 1 } } },
        { insertOne: { document: { _id: 2, n: 1 } } },
        { updateMany: { filter: { n: 1 }, update: { $inc: { n: 1 } } } },
        { updateOne: { filter: { _id: 3 }, update: { $set: { n: 9 } }, upsert: true } },
        { replaceOne: { filter: { _id: 1 }, replacement: { m: 1 } } },
        { updateOne: { filter: { _id: 1 }, update: [{ $set: { k: '$m' } }], hint: '_id_' } },
        { deleteOne: { filter: { _id: 2 } } },
        { deleteMany: { filter: { none: 1 } } },
      ]);
      expect(result).toMatchObject({
        insertedCount: 2,
        matchedCount: 4,
        modifiedCount: 4,
        upsertedCount: 1,
        deletedCount: 1,
        insertedIds: { 0: 1, 1: 2 },
        upsertedIds: { 3: 3 },
      });
      expect(await all(world)).toEqual([
        { _id: 1, m: 1, k: 1 },
        { _id: 3, n: 9 },
      ]);
    },
  ],
  [
    bulkPage,
    'an ordered bulkWrite stops at the first error; its places are those of the operations',
    async (world) => {
      const error = await bulkErrorOf(
        world.collection.bulkWrite([
          { insertOne: { document: { _id: 1 } } },
          { updateOne: { filter: { _id: 1 }, update: { $set: { n: 1 } } } },
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 2 } } },
        ]),
      );
      expect(error).toMatchObject({
        code: 11000,
        writeErrors: [{ index: 2, code: 11000 }],
        insertedCount: 1,
        modifiedCount: 1,
      });
      expect(await all(world)).toEqual([{ _id: 1, n: 1 }]);
    },
  ],
  [
    bulkPage,
    'an unordered bulkWrite does all that it can',
    async (world) => {
      const error = await bulkErrorOf(
        world.collection.bulkWrite(
          [
            { insertOne: { document: { _id: 1 } } },
            { insertOne: { document: { _id: 1 } } },
            { updateOne: { filter: { _id: 1 }, update: { $inc: { _id: 1 } } } },
            { insertOne: { document: { _id: 2 } } },
          ],
          { ordered: false },
        ),
      );
      expect(error.writeErrors).toHaveLength(2);
      expect(idsOf(await all(world))).toEqual([1, 2]);
    },
  ],
];

const concerns: Case[] = [
  [
    'reference/write-concern/',
    'write concerns 0, 1 and majority, journaled or not, are met',
    async ({ collection, db }) => {
      const { collectionName } = collection;
      for (const writeConcern of [{ w: 1 }, { w: 'majority' as const, wtimeoutMS: 1000 }, { w: 1, journal: true }])
        await db.collection(collectionName, { writeConcern }).insertOne({});
      expect(await db.collection(collectionName, { writeConcern: { w: 0 } }).insertOne({})).toMatchObject({
        acknowledged: false,
      });
      await eventually(async () => expect(await collection.countDocuments()).toBe(4));
    },
  ],
  [
    'https://github.com/mongodb/specifications/blob/master/source/read-write-concern/read-write-concern.md',
    'more members than there are cannot confirm a write, which is done all the same',
    async ({ collection, db }) => {
      const strict = db.collection(collection.collectionName, { writeConcern: { w: 9 } });
      await expect(strict.insertOne({ a: 1 })).rejects.toMatchObject({ code: 100 });
      expect(await collection.countDocuments()).toBe(1);
    },
  ],
];

export const bulkCases: readonly Case[] = [...findAndModify, ...bulks, ...concerns];
