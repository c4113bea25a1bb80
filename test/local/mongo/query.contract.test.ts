import { Binary, type Document, type Filter, Long, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { freshName, mongo } from './support.ts';

const fixture = mongo();
const manual = 'https://www.mongodb.com/docs/manual/reference';
const id = new ObjectId('64b7f3a2c1d4e5f601234567');

interface Case {
  name: string;
  documents: Document[];
  filter: Filter<Document>;
  found: number[];
  page: string;
}

const day = new Date('2026-01-01T00:00:00Z');
const of = (...values: unknown[]): Document[] => values.map((a, _id) => (a === undefined ? { _id } : { _id, a }));

const cases: Case[] = [
  {
    name: '$eq compares numbers of every type by value',
    documents: of(1, 1.5, Long.fromNumber(1)),
    filter: { a: 1 },
    found: [0, 2],
    page: 'bson-type-comparison-order',
  },
  {
    name: '$eq on an array field matches an element or the whole array',
    documents: of([1, 2], 1, [[1, 2]], [2, 1]),
    filter: { a: [1, 2] },
    found: [0, 2],
    page: 'operator/query/eq',
  },
  {
    name: '$eq on an embedded document asks for the same order of fields',
    documents: of({ x: 1, y: 2 }, { y: 2, x: 1 }),
    filter: { a: { x: 1, y: 2 } },
    found: [0],
    page: 'operator/query/eq',
  },
  {
    name: 'null matches null and a missing field',
    documents: of(null, undefined, 0, ''),
    filter: { a: null },
    found: [0, 1],
    page: 'operator/query/eq',
  },
  {
    name: '$exists tells null from missing',
    documents: of(null, undefined, 0),
    filter: { a: { $exists: true } },
    found: [0, 2],
    page: 'operator/query/exists',
  },
  {
    name: '$ne matches a missing field',
    documents: of(1, 2, undefined),
    filter: { a: { $ne: 1 } },
    found: [1, 2],
    page: 'operator/query/ne',
  },
  {
    name: '$ne on an array holds only if no element is equal',
    documents: of([1, 2], [2, 3]),
    filter: { a: { $ne: 1 } },
    found: [1],
    page: 'operator/query/ne',
  },
  {
    name: '$gt compares within one type only',
    documents: of(5, '5', 10, day, null),
    filter: { a: { $gt: 5 } },
    found: [2],
    page: 'operator/query/gt',
  },
  {
    name: '$lt on dates',
    documents: of(new Date('2025-12-31'), day, 5),
    filter: { a: { $lt: day } },
    found: [0],
    page: 'operator/query/lt',
  },
  {
    name: '$gte and $lte on strings compare by code points',
    documents: of('a', 'b', '\u{10000}', '\uffee'),
    filter: { a: { $gte: 'b', $lte: '\uffff' } },
    found: [1, 3],
    page: 'bson-type-comparison-order',
  },
  {
    name: 'two bounds may be met by different elements of an array',
    documents: of([1, 10], [5], [1]),
    filter: { a: { $gt: 4, $lt: 6 } },
    found: [0, 1],
    page: 'operator/query/gt',
  },
  {
    name: '$elemMatch asks both of one element',
    documents: of([1, 10], [5, 20]),
    filter: { a: { $elemMatch: { $gt: 4, $lt: 6 } } },
    found: [1],
    page: 'operator/query/elemMatch',
  },
  {
    name: '$elemMatch on documents',
    documents: of([{ x: 1, y: 2 }], [{ x: 1 }, { y: 2 }]),
    filter: { a: { $elemMatch: { x: 1, y: 2 } } },
    found: [0],
    page: 'operator/query/elemMatch',
  },
  {
    name: '$in takes values, null and regular expressions',
    documents: of('ab', 3, undefined, 'c'),
    filter: { a: { $in: [/^a/, 3, null] } },
    found: [0, 1, 2],
    page: 'operator/query/in',
  },
  {
    name: '$nin matches missing fields',
    documents: of(1, undefined, [1, 2], 3),
    filter: { a: { $nin: [1] } },
    found: [1, 3],
    page: 'operator/query/nin',
  },
  {
    name: '$not matches where the operator does not, missing fields included',
    documents: of(1, 5, undefined),
    filter: { a: { $not: { $gt: 3 } } },
    found: [0, 2],
    page: 'operator/query/not',
  },
  {
    name: '$and, $or and $nor',
    documents: of(1, 2, 3, 4),
    filter: { $and: [{ $or: [{ a: 1 }, { a: { $gt: 2 } }] }, { $nor: [{ a: 4 }] }] },
    found: [0, 2],
    page: 'operator/query-logical',
  },
  {
    name: '$type by alias and by number',
    documents: of('x', 1, 1.5, null, [1]),
    filter: { a: { $type: ['string', 16] } },
    found: [0, 1, 4],
    page: 'operator/query/type',
  },
  {
    name: '$type number',
    documents: of('x', 1, 1.5, Long.fromNumber(3)),
    filter: { a: { $type: 'number' } },
    found: [1, 2, 3],
    page: 'operator/query/type',
  },
  {
    name: '$mod',
    documents: of(4, 5, 8.9, '4'),
    filter: { a: { $mod: [4, 0] } },
    found: [0, 2],
    page: 'operator/query/mod',
  },
  {
    name: '$regex with options',
    documents: of('Abc', 'xabc', ['zz', 'aBC']),
    filter: { a: { $regex: '^abc', $options: 'i' } },
    found: [0, 2],
    page: 'operator/query/regex',
  },
  {
    name: '$size',
    documents: of([], [1], [1, 2], 1),
    filter: { a: { $size: 1 } },
    found: [1],
    page: 'operator/query/size',
  },
  {
    name: '$all',
    documents: of([1, 2, 3], [1], 1),
    filter: { a: { $all: [1, 2] } },
    found: [0],
    page: 'operator/query/all',
  },
  {
    name: '$all of one value matches a plain value',
    documents: of(1, [1], 2),
    filter: { a: { $all: [1] } },
    found: [0, 1],
    page: 'operator/query/all',
  },
  {
    name: '$bitsAllSet',
    documents: of(7, 5, 2),
    filter: { a: { $bitsAllSet: [0, 2] } },
    found: [0, 1],
    page: 'operator/query/bitsAllSet',
  },
  {
    name: '$expr compares two fields',
    documents: [
      { _id: 0, x: 2, y: 1 },
      { _id: 1, x: 1, y: 2 },
    ],
    filter: { $expr: { $gt: ['$x', '$y'] } },
    found: [0],
    page: 'operator/query/expr',
  },
  {
    name: '$expr tells missing from null',
    documents: of(null, undefined),
    filter: { $expr: { $eq: ['$a', null] } },
    found: [0],
    page: 'bson-type-comparison-order',
  },
  {
    name: '$jsonSchema',
    documents: of(1, 'x', undefined),
    filter: { $jsonSchema: { required: ['a'], properties: { a: { bsonType: 'int' } } } },
    found: [0],
    page: 'operator/query/jsonSchema',
  },
  {
    name: 'a dotted path goes into documents and arrays of them',
    documents: of({ b: 1 }, [{ b: 1 }, { b: 2 }], [{ b: 3 }], 1),
    filter: { 'a.b': 1 },
    found: [0, 1],
    page: 'operator/query/eq',
  },
  {
    name: 'a number in a path is a place in an array',
    documents: of([1, 2], [2, 1], { 0: 1 }),
    filter: { 'a.0': 1 },
    found: [0, 2],
    page: 'operator/query/eq',
  },
  {
    name: 'binary, ObjectId, boolean and Date are equal by content',
    documents: [{ _id: 0, a: new Binary(Buffer.from('ab')), b: id, c: true, d: day }],
    filter: { a: new Binary(Buffer.from('ab')), b: new ObjectId(id.toHexString()), c: true, d: new Date(day) },
    found: [0],
    page: 'bson-types',
  },
  {
    name: 'NaN is equal to itself and greater than nothing',
    documents: of(Number.NaN, 1),
    filter: { $or: [{ a: Number.NaN }, { a: { $gt: Number.NaN } }] },
    found: [0],
    page: 'bson-type-comparison-order',
  },
  {
    name: 'names of Object.prototype are no fields',
    documents: of(1),
    filter: { constructor: { $exists: true } },
    found: [],
    page: 'operator/query/exists',
  },
];

describe('queries', () => {
  test.each(cases)('$name', async ({ documents, filter, found, page }) => {
    const collection = fixture.db.collection(freshName());
    await collection.insertMany(documents);
    const ids = (await collection.find(filter).sort({ _id: 1 }).toArray()).map((document) => Number(document._id));
    expect(ids, `${manual}/${page}/`).toEqual(found);
  });

  // https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
  test('sorting orders types as the manual lists them, and downwards the other way round', async () => {
    const collection = fixture.db.collection(freshName());
    const values = [
      null,
      -1,
      2.5,
      Long.fromString('9007199254740993'),
      '',
      'b',
      { x: 1 },
      new Binary(Buffer.from('a')),
      id,
      false,
      true,
      day,
    ];
    await collection.insertMany(values.map((a, _id) => ({ _id: _id as never, a })).toReversed());
    const ids = async (direction: 1 | -1) =>
      (await collection.find().sort({ a: direction }).toArray()).map((one) => Number(one._id));
    const order = values.map((_, at) => at);
    expect(await ids(1)).toEqual(order);
    expect(await ids(-1)).toEqual(order.toReversed());
  });

  // https://www.mongodb.com/docs/manual/reference/method/cursor.sort/#comparison-with-arrays
  test('an array sorts by its least element upwards and by its greatest downwards', async () => {
    const collection = fixture.db.collection<{ _id: string; a: unknown }>(freshName());
    await collection.insertMany([
      { _id: 'array', a: [1, 9] },
      { _id: 'five', a: 5 },
      { _id: 'empty', a: [] },
      { _id: 'null', a: null },
    ]);
    const ids = async (direction: 1 | -1) =>
      (await collection.find().sort({ a: direction }).toArray()).map((one) => one._id);
    expect(await ids(1)).toEqual(['empty', 'null', 'array', 'five']);
    expect(await ids(-1)).toEqual(['array', 'five', 'null', 'empty']);
  });

  // https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/
  test.each<[string, Document, Document]>([
    ['inclusion keeps _id', { a: 1 }, { _id: 1, a: 1 }],
    ['inclusion without _id', { a: 1, _id: 0 }, { a: 1 }],
    ['exclusion', { 'b.c': 0, l: 0, p: 0 }, { _id: 1, a: 1, b: { d: 3 } }],
    ['a dotted path into an array', { 'p.x': 1, _id: 0 }, { p: [{ x: 1 }, { x: 2 }] }],
    ['$slice', { l: { $slice: [1, 1] }, p: 0, b: 0 }, { _id: 1, a: 1, l: [20] }],
    ['$elemMatch', { p: { $elemMatch: { x: 2 } }, _id: 0 }, { p: [{ x: 2, y: 2 }] }],
    ['a computed field', { sum: { $add: ['$a', '$b.c'] }, _id: 0 }, { sum: 3 }],
    ['the positional operator', { 'l.$': 1, _id: 0 }, { l: [20] }],
  ])('projection: %s', async (_name, projection, expected) => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({
      _id: 1 as never,
      a: 1,
      b: { c: 2, d: 3 },
      l: [10, 20, 30],
      p: [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ],
    });
    expect(await collection.findOne({ l: { $gt: 15 } }, { projection })).toEqual(expected);
  });

  // https://www.mongodb.com/docs/manual/reference/command/find/
  test('skip, limit and sort work together, and count and distinct agree', async () => {
    const collection = fixture.db.collection(freshName());
    await collection.insertMany(Array.from({ length: 20 }, (_, n) => ({ n, kind: n % 3, tags: [`t${n % 2}`, 'all'] })));
    const page = await collection.find({ kind: 1 }).sort({ n: -1 }).skip(2).limit(3).toArray();
    expect(page.map(({ n }) => n)).toEqual([13, 10, 7]);
    expect(await collection.countDocuments({ kind: 1 })).toBe(7);
    expect(await collection.estimatedDocumentCount()).toBe(20);
    expect(await collection.countDocuments({}, { skip: 5, limit: 10 })).toBe(10);
    expect(await collection.distinct('tags', { kind: 0 })).toEqual(['all', 't0', 't1']);
  });
});
