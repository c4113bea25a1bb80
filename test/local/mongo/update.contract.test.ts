import { type Document, Long, type UpdateFilter } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { errorOf, freshName, mongo } from './support.ts';

const fixture = mongo();
const manual = 'https://www.mongodb.com/docs/manual/reference/operator/update';

interface Case {
  name: string;
  before: Document;
  update: object;
  after: Document;
  page: string;
  filter?: Document;
  arrayFilters?: Document[];
}

const cases: Case[] = [
  {
    name: '$set makes missing documents on its way',
    before: { a: 1 },
    update: { $set: { 'b.c.d': 1 } },
    after: { a: 1, b: { c: { d: 1 } } },
    page: 'set',
  },
  {
    name: '$set adds new fields in the order of their names',
    before: {},
    update: { $set: { b: 1, a: 2, 'x.10': 1, 'x.9': 1 } },
    after: { a: 2, b: 1, x: { 9: 1, 10: 1 } },
    page: '',
  },
  {
    name: '$set on an array by place pads with null',
    before: { a: [1] },
    update: { $set: { 'a.3': 9 } },
    after: { a: [1, null, null, 9] },
    page: 'set',
  },
  {
    name: '$unset takes fields away, and makes null of array elements',
    before: { a: 1, b: 2, c: [1, 2] },
    update: { $unset: { a: '', 'c.0': '', none: '' } },
    after: { b: 2, c: [null, 2] },
    page: 'unset',
  },
  {
    name: '$inc and $mul set a missing field',
    before: { a: 1.5 },
    update: { $inc: { a: 1, b: 2 }, $mul: { c: 3 } },
    after: { a: 2.5, b: 2, c: 0 },
    page: 'mul',
  },
  {
    name: '$inc of an int beyond 32 bits makes a long',
    before: { a: 2_147_483_647 },
    update: { $inc: { a: 1 } },
    after: { a: 2_147_483_648 },
    page: 'inc',
  },
  {
    name: '$inc of a long is exact',
    before: { a: Long.fromString('9007199254740993') },
    update: { $inc: { a: 1 } },
    after: { a: Long.fromString('9007199254740994') },
    page: 'inc',
  },
  {
    name: '$min and $max compare by BSON order',
    before: { a: 5, b: 5, c: 'x' },
    update: { $min: { a: 3, d: 1 }, $max: { b: 9, c: 7 } },
    after: { a: 3, b: 9, c: 'x', d: 1 },
    page: 'min',
  },
  {
    name: '$rename moves a field',
    before: { a: 1, b: { c: 2 } },
    update: { $rename: { a: 'z', 'b.c': 'y', none: 'n' } },
    after: { b: {}, y: 2, z: 1 },
    page: 'rename',
  },
  {
    name: '$push makes and appends',
    before: { a: [1] },
    update: { $push: { a: [2], b: 1 } },
    after: { a: [1, [2]], b: [1] },
    page: 'push',
  },
  {
    name: '$push with $each, $position, $sort and $slice',
    before: { a: [3, 1] },
    update: { $push: { a: { $each: [5, 2], $position: 0, $sort: -1, $slice: 3 } } },
    after: { a: [5, 3, 2] },
    page: 'push',
  },
  {
    name: '$push sorts documents by a field and keeps the last',
    before: { a: [{ s: 3 }] },
    update: { $push: { a: { $each: [{ s: 1 }, { s: 2 }], $sort: { s: 1 }, $slice: -2 } } },
    after: { a: [{ s: 2 }, { s: 3 }] },
    page: 'slice',
  },
  {
    name: '$addToSet adds what is not there, by BSON equality',
    before: { a: [1, { x: 1, y: 2 }] },
    update: { $addToSet: { a: { $each: [1, { y: 2, x: 1 }, 2, 2] } } },
    after: { a: [1, { x: 1, y: 2 }, { y: 2, x: 1 }, 2] },
    page: 'addToSet',
  },
  {
    name: '$pull by value, by condition and by document',
    before: { a: [1, 5, 9], b: ['x', 'y'], c: [{ q: 1, r: 1 }, { q: 2 }] },
    update: { $pull: { a: { $gte: 5 }, b: 'x', c: { q: 1 } } },
    after: { a: [1], b: ['y'], c: [{ q: 2 }] },
    page: 'pull',
  },
  {
    name: '$pullAll',
    before: { a: [1, 2, 1, 3] },
    update: { $pullAll: { a: [1, 3] } },
    after: { a: [2] },
    page: 'pullAll',
  },
  {
    name: '$pop from either end',
    before: { a: [1, 2, 3], b: [1, 2, 3] },
    update: { $pop: { a: 1, b: -1 } },
    after: { a: [1, 2], b: [2, 3] },
    page: 'pop',
  },
  {
    name: '$bit',
    before: { a: 13, b: 1 },
    update: { $bit: { a: { and: 10 }, b: { or: 6 } } },
    after: { a: 8, b: 7 },
    page: 'bit',
  },
  {
    name: 'the positional $ is the first element that matched',
    before: { a: [80, 85, 90] },
    filter: { a: { $gte: 85 } },
    update: { $set: { 'a.$': 100 } },
    after: { a: [80, 100, 90] },
    page: 'positional',
  },
  {
    name: 'the positional $ under $elemMatch on documents',
    before: {
      a: [
        { x: 1, n: 0 },
        { x: 2, n: 0 },
      ],
    },
    filter: { a: { $elemMatch: { x: 2 } } },
    update: { $inc: { 'a.$.n': 5 } },
    after: {
      a: [
        { x: 1, n: 0 },
        { x: 2, n: 5 },
      ],
    },
    page: 'positional',
  },
  {
    name: 'the positional $ under a dotted path',
    before: { a: [{ x: 1 }, { x: 2 }] },
    filter: { 'a.x': 2 },
    update: { $set: { 'a.$.y': 1 } },
    after: { a: [{ x: 1 }, { x: 2, y: 1 }] },
    page: 'positional',
  },
  {
    name: '$[] is every element',
    before: { a: [1, 2] },
    update: { $inc: { 'a.$[]': 10 } },
    after: { a: [11, 12] },
    page: 'positional-all',
  },
  {
    name: '$[name] is every element that the filter matches',
    before: { a: [{ g: 70 }, { g: 90 }] },
    update: { $set: { 'a.$[high].top': true } },
    arrayFilters: [{ 'high.g': { $gte: 80 } }],
    after: { a: [{ g: 70 }, { g: 90, top: true }] },
    page: 'positional-filtered',
  },
  {
    name: '$[name] on plain values',
    before: { a: [1, 5, 9] },
    update: { $set: { 'a.$[big]': 0 } },
    arrayFilters: [{ big: { $gt: 4 } }],
    after: { a: [1, 0, 0] },
    page: 'positional-filtered',
  },
  {
    name: 'a pipeline computes from the document',
    before: { a: 2, b: 3, old: 1 },
    update: [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'old' }],
    after: { a: 2, b: 3, sum: 5 },
    page: '',
  },
  {
    name: 'a pipeline may replace the document and keeps _id',
    before: { a: { x: 1 } },
    update: [{ $replaceWith: '$a' }],
    after: { x: 1 },
    page: '',
  },
];

describe('updates', () => {
  test.each(cases)('$name', async ({ before, filter = {}, update, arrayFilters, after, page }) => {
    const collection = fixture.db.collection<Document>(freshName(), { promoteLongs: true });
    await collection.insertOne({ _id: 1 as never, ...before });
    const result = await collection.updateOne(
      { _id: 1 as never, ...filter },
      update,
      arrayFilters ? { arrayFilters } : {},
    );
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    const found = await collection.findOne({ _id: 1 as never });
    expect(found, `${manual}/${page}/`).toEqual({ _id: 1, ...after });
    expect(JSON.stringify(found)).toBe(JSON.stringify({ _id: 1, ...after }));
  });

  test.each<[string, object, number, string]>([
    ['an unknown operator', { $nonsense: { a: 1 } }, 9, ''],
    ['two operators on one path', { $set: { a: 1 }, $inc: { a: 1 } }, 40, ''],
    ['a path and its beginning', { $set: { 'a.b': 1 }, $unset: { a: '' } }, 40, ''],
    ['another _id', { $set: { _id: 2 } }, 66, ''],
    ['$inc of a string field', { $inc: { text: 1 } }, 14, 'inc'],
    ['$inc by a string', { $inc: { number: 'x' } }, 14, 'inc'],
    ['$push to a number', { $push: { number: 1 } }, 2, 'push'],
    ['a path through a plain value', { $set: { 'number.x': 1 } }, 28, 'set'],
    ['an empty path', { $set: { '': 1 } }, 56, 'set'],
    ['$ without a match in an array', { $set: { 'list.$': 1 } }, 2, 'positional'],
    ['$[name] without its filter', { $set: { 'list.$[x]': 1 } }, 2, 'positional-filtered'],
    ['$pop of a plain value', { $pop: { number: 1 } }, 14, 'pop'],
    ['$bit of a double', { $bit: { fraction: { and: 1 } } }, 2, 'bit'],
    ['a stage that an update may not have', [{ $group: { _id: null } }], 72, ''],
  ])('%s is refused', async (_name, update, code, page) => {
    const collection = fixture.db.collection<Document>(freshName());
    const before = { _id: 1 as never, number: 1, fraction: 1.5, text: 'x', list: [1] };
    await collection.insertOne(before);
    const error = await errorOf(collection.updateOne({ _id: 1 as never }, update as UpdateFilter<Document>));
    expect(error.code, `${manual}/${page}/`).toBe(code);
    expect(await collection.findOne()).toEqual(before);
  });

  // https://www.mongodb.com/docs/manual/reference/method/db.collection.updateOne/#std-label-updateOne-behavior (matchedCount, modifiedCount)
  test('an update that changes nothing matches but does not modify', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({ a: 1, b: [1] });
    expect(await collection.updateOne({}, { $set: { a: 1 }, $addToSet: { b: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  // https://www.mongodb.com/docs/manual/reference/operator/update/currentDate/
  test('$currentDate sets the time of the server', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({ a: 1 });
    await collection.updateOne({}, { $currentDate: { at: true } });
    const at: unknown = (await collection.findOne())?.at;
    expect(at).toBeInstanceOf(Date);
    expect(Math.abs(Number(at) - Date.now())).toBeLessThan(60_000);
  });

  // https://www.mongodb.com/docs/manual/reference/method/db.collection.update/#upsert-behavior
  test.each<[string, Document, object, Document]>([
    [
      'equality of the filter enters the document',
      { _id: 7, a: 1, 'b.c': 2, d: { $gt: 3 } },
      { $set: { e: 5 } },
      { _id: 7, a: 1, b: { c: 2 }, e: 5 },
    ],
    [
      'also inside $and and $in of one',
      { _id: 7, $and: [{ a: 1 }, { b: { $in: [2] } }], c: { $eq: 3 } },
      { $setOnInsert: { n: 1 } },
      { _id: 7, a: 1, b: 2, c: 3, n: 1 },
    ],
    ['but not $in of several', { _id: 7, a: { $in: [1, 2] } }, { $inc: { n: 2 } }, { _id: 7, n: 2 }],
    ['and $or of several stays out', { _id: 7, $or: [{ a: 1 }, { b: 1 }] }, { $push: { l: 1 } }, { _id: 7, l: [1] }],
  ])('upsert: %s', async (_name, filter, update, expected) => {
    const collection = fixture.db.collection<Document>(freshName());
    const result = await collection.updateOne(filter, update as UpdateFilter<Document>, { upsert: true });
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 7 });
    expect(await collection.findOne()).toEqual(expected);
    await collection.updateOne({ _id: 7 as never }, { $setOnInsert: { n: 99 }, $set: { again: 1 } }, { upsert: true });
    expect(await collection.findOne()).toEqual({ ...expected, again: 1 });
  });

  // https://www.mongodb.com/docs/manual/reference/command/findAndModify/
  test('findAndModify returns the document before or after, inserts, replaces and removes', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany([
      { _id: 1 as never, n: 1 },
      { _id: 2 as never, n: 2 },
    ]);
    expect(await collection.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } })).toEqual({ _id: 2, n: 2 });
    expect(
      await collection.findOneAndUpdate(
        { _id: 2 as never },
        { $inc: { n: 1 } },
        { returnDocument: 'after', projection: { _id: 0 } },
      ),
    ).toEqual({ n: 13 });
    expect(await collection.findOneAndUpdate({ _id: 3 as never }, { $set: { n: 3 } }, { upsert: true })).toBeNull();
    expect(await collection.findOneAndReplace({ _id: 3 as never }, { m: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 3,
      m: 1,
    });
    expect(await collection.findOneAndDelete({ _id: 1 as never })).toEqual({ _id: 1, n: 1 });
    expect(await collection.findOneAndDelete({ _id: 1 as never })).toBeNull();
    expect(await collection.countDocuments()).toBe(2);
  });
});
