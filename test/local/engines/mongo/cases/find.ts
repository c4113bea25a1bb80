import {
  Binary,
  BSONRegExp,
  type Document,
  type FindOptions,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { expect } from 'vitest';
import { type Case, fails, idsOf, type Row, rows } from './case.ts';

const sortPage = 'reference/method/cursor.sort/';
const projectionPage = 'tutorial/project-fields-from-query-results/';
const order = 'reference/bson-type-comparison-order/';
const findPage = 'reference/command/find/';
const id = new ObjectId('64b7f3a2c1d4e5f601234567');

/** The types in the order of the manual's table. */
const inOrder = [
  new MinKey(),
  null,
  -Infinity,
  -1,
  2.5,
  Long.fromString('9007199254740993'),
  '',
  'b',
  {},
  { x: 1 },
  new Binary(Buffer.from('a')),
  new Binary(Buffer.from('ab')),
  id,
  false,
  true,
  new Date('2026-01-01T00:00:00Z'),
  new Timestamp({ t: 5, i: 1 }),
  new BSONRegExp('a', 'i'),
  new MaxKey(),
];

const sorts = (title: string, values: unknown[], direction: 1 | -1, ids: number[], page = sortPage): Case => [
  page,
  title,
  async ({ collection }) => {
    await collection.insertMany(rows(...values));
    expect(idsOf(await collection.find().sort({ a: direction, _id: 1 }).toArray())).toEqual(ids);
  },
];

const sorting: Case[] = [
  [
    order,
    'sorting orders types as the manual lists them, and downwards the other way round',
    async ({ collection }) => {
      await collection.insertMany(rows(...inOrder).toReversed());
      const places = inOrder.map((_, at) => at);
      expect(idsOf(await collection.find().sort({ a: 1 }).toArray())).toEqual(places);
      expect(idsOf(await collection.find().sort({ a: -1 }).toArray())).toEqual(places.toReversed());
    },
  ],
  sorts('upwards an array sorts by its least element', [[1, 9], 5, [], null], 1, [2, 3, 0, 1]),
  sorts('downwards an array sorts by its greatest element', [[1, 9], 5, [], null], -1, [0, 1, 3, 2]),
  sorts('a missing field sorts as null', [1, undefined, null], 1, [1, 2, 0], order),
  sorts('numbers of all types sort by value', [2, Long.fromNumber(1), 1.5, -3], 1, [3, 1, 2, 0], order),
  sorts('strings sort by bytes: upper case before lower case', ['b', 'B', 'a', 'é'], 1, [1, 2, 0, 3], order),
  [
    sortPage,
    'several fields sort one after another, dotted ones into documents',
    async ({ collection }) => {
      await collection.insertMany([
        { _id: 1, a: { n: 2 }, b: 1 },
        { _id: 2, a: { n: 1 }, b: 1 },
        { _id: 3, a: { n: 2 }, b: 2 },
      ]);
      expect(idsOf(await collection.find().sort({ 'a.n': -1, b: -1 }).toArray())).toEqual([3, 1, 2]);
    },
  ],
  fails(
    sortPage,
    'a direction other than 1 and -1 is an error',
    ({ collection, db }) => db.command({ find: collection.collectionName, sort: { a: 2 } }),
    2,
    15975,
  ),
];

const document: Row = {
  _id: 1,
  a: 1,
  b: { c: 2, d: 3 },
  l: [10, 20, 30],
  p: [
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ],
};

const projects = (title: string, projection: Document, expected: Document, page = projectionPage): Case => [
  page,
  title,
  async ({ collection }) => {
    await collection.insertOne({ ...document });
    const found = await collection.findOne({ l: { $gt: 15 } }, { projection });
    expect(found).toEqual(expected);
    expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
  },
];

const projections: Case[] = [
  projects('a projection of fields keeps _id', { a: 1 }, { _id: 1, a: 1 }),
  projects('a projection of fields without _id', { a: true, _id: 0 }, { a: 1 }),
  projects('a projection that leaves fields out', { 'b.c': 0, l: 0, p: 0 }, { _id: 1, a: 1, b: { d: 3 } }),
  projects('a projection keeps the order of the document', { p: 1, a: 1, _id: 0 }, { a: 1, p: document.p }),
  projects('a projection goes into documents of an array', { 'p.x': 1, _id: 0 }, { p: [{ x: 1 }, { x: 2 }] }),
  projects('a projection may nest in place of dots', { b: { d: 1 }, _id: 0 }, { b: { d: 3 } }),
  projects('a projection of what is not there gives nothing', { none: 1, _id: 0 }, {}),
  projects(
    '$slice of the first',
    { l: { $slice: 2 }, p: 0, b: 0 },
    { _id: 1, a: 1, l: [10, 20] },
    'reference/operator/projection/slice/',
  ),
  projects(
    '$slice of the last',
    { l: { $slice: -1 }, p: 0, b: 0 },
    { _id: 1, a: 1, l: [30] },
    'reference/operator/projection/slice/',
  ),
  projects(
    '$slice with skip',
    { l: { $slice: [1, 1] }, p: 0, b: 0 },
    { _id: 1, a: 1, l: [20] },
    'reference/operator/projection/slice/',
  ),
  projects(
    '$slice beside fields that are asked for',
    { l: { $slice: [-2, 1] }, a: 1 },
    { _id: 1, a: 1, l: [20] },
    'reference/operator/projection/slice/',
  ),
  projects(
    '$elemMatch gives the first element that fits',
    { p: { $elemMatch: { x: { $gt: 1 } } }, _id: 0 },
    { p: [{ x: 2, y: 2 }] },
    'reference/operator/projection/elemMatch/',
  ),
  projects(
    '$elemMatch without such an element leaves the field out',
    { p: { $elemMatch: { x: 9 } }, _id: 0 },
    {},
    'reference/operator/projection/elemMatch/',
  ),
  projects(
    'the positional operator gives the element that the filter matched',
    { 'l.$': 1, _id: 0 },
    { l: [20] },
    'reference/operator/projection/positional/',
  ),
  projects(
    'a projection computes',
    { sum: { $add: ['$a', '$b.c'] }, name: '$b', one: { $literal: 1 }, _id: 0 },
    { sum: 3, name: { c: 2, d: 3 }, one: 1 },
  ),
  fails(
    projectionPage,
    'fields cannot be asked for and left out together',
    ({ collection }) => collection.findOne({}, { projection: { a: 1, b: 0 } }),
    31254,
  ),
  fails(
    projectionPage,
    'an unknown expression in a projection is an error',
    ({ collection }) => collection.findOne({}, { projection: { a: { $nonsense: 1 } } }),
    31325,
  ),
];

const twenty = (): Row[] =>
  Array.from({ length: 20 }, (_, n) => ({ _id: n, n, kind: n % 3, tags: [`t${n % 2}`, 'all'] }));
const takes = (
  title: string,
  options: FindOptions,
  ids: readonly number[],
  filter: Document = {},
  page = findPage,
): Case => [
  page,
  title,
  async ({ collection }) => {
    await collection.createIndex({ kind: 1, n: 1 }, { name: 'kinds' });
    await collection.insertMany(twenty());
    expect(idsOf(await collection.find(filter, options).toArray())).toEqual(ids);
  },
];
const all = twenty().map(({ n }) => n);

const options: Case[] = [
  takes('sort, skip and limit work together', { sort: { n: -1 }, skip: 2, limit: 3 }, [13, 10, 7], { kind: 1 }),
  takes('a negative limit takes one batch', { sort: { n: 1 }, limit: -2 }, [0, 1]),
  takes('a limit of 0 is none', { sort: { n: 1 }, limit: 0, batchSize: 3 }, all),
  takes('singleBatch ends after the first batch', { sort: { n: 1 }, batchSize: 3, singleBatch: true }, [0, 1, 2]),
  takes(
    'without an order documents come as they were inserted, with $natural -1 the other way round',
    { sort: { $natural: -1 } },
    all.toReversed(),
  ),
  takes(
    'comment, allowDiskUse, maxTimeMS and noCursorTimeout change nothing',
    { sort: { n: 1 }, comment: 'why', allowDiskUse: true, maxTimeMS: 5000, noCursorTimeout: true },
    all,
  ),
  takes('hint by name and by key', { hint: { kind: 1, n: 1 } }, [1, 4, 7, 10, 13, 16, 19], { kind: 1 }),
  takes(
    'min and max bound the keys of the hinted index',
    { hint: 'kinds', min: { kind: 1, n: 7 }, max: { kind: 1, n: 14 } },
    [7, 10, 13],
    {},
    'reference/method/cursor.min/',
  ),
  takes(
    'readConcern local, available and majority read the same',
    { sort: { n: 1 }, limit: 1, readConcern: { level: 'majority' } },
    [0],
    {},
    'reference/read-concern/',
  ),
  [
    findPage,
    'returnKey gives the keys of the index in place of the document',
    async ({ collection }) => {
      await collection.createIndex({ kind: 1, n: 1 });
      await collection.insertMany(twenty());
      const found = await collection.find({ kind: 2, n: { $lt: 6 } }, { returnKey: true }).toArray();
      expect(found).toEqual([
        { kind: 2, n: 2 },
        { kind: 2, n: 5 },
      ]);
    },
  ],
  [
    findPage,
    'showRecordId adds a number to each document',
    async ({ collection }) => {
      await collection.insertMany([{ a: 1 }, { a: 2 }]);
      const found = await collection.find({}, { showRecordId: true, promoteLongs: true }).toArray();
      expect(new Set(found.map(({ $recordId }) => typeof $recordId))).toEqual(new Set(['number']));
      expect(new Set(found.map(({ $recordId }) => $recordId)).size).toBe(2);
    },
  ],
  fails(
    findPage,
    'a hint to no index is an error',
    ({ collection }) => collection.insertOne({}).then(() => collection.find({}).hint('none').toArray()),
    2,
  ),
  fails(findPage, 'a negative skip is an error', ({ collection }) => collection.find({}).skip(-1).toArray(), 51024),
  fails(
    findPage,
    'an unknown option is an error',
    ({ collection, db }) => db.command({ find: collection.collectionName, nonsense: 1 }),
    40415,
  ),
  takes(
    'a linearizable read of one document',
    { readConcern: { level: 'linearizable' }, maxTimeMS: 5000, projection: { _id: 1 } },
    [5],
    { _id: 5 },
    'reference/read-concern-linearizable/',
  ),
  fails(
    'reference/read-concern/',
    'a read concern that does not exist is an error',
    ({ collection, db }) => db.command({ find: collection.collectionName, readConcern: { level: 'nonsense' } }),
    2,
    9,
  ),
  [
    'core/read-preference/',
    'every read preference reads from the only member',
    async ({ collection, db }) => {
      await collection.insertOne({ _id: 1 });
      for (const readPreference of ['primary', 'primaryPreferred', 'secondaryPreferred', 'nearest'] as const)
        expect(await db.collection(collection.collectionName, { readPreference }).countDocuments()).toBe(1);
    },
  ],
];

const counts: Case[] = [
  [
    'reference/method/db.collection.countDocuments/',
    'countDocuments with filter, skip, limit and hint',
    async ({ collection }) => {
      await collection.insertMany(twenty());
      expect(await collection.countDocuments({ kind: 1 })).toBe(7);
      expect(await collection.countDocuments({}, { skip: 5, limit: 10, hint: '_id_' })).toBe(10);
      expect(await collection.countDocuments({ none: 1 })).toBe(0);
    },
  ],
  [
    'reference/method/db.collection.estimatedDocumentCount/',
    'estimatedDocumentCount counts all, 0 where there is no collection',
    async ({ collection }) => {
      expect(await collection.estimatedDocumentCount()).toBe(0);
      await collection.insertMany(twenty());
      expect(await collection.estimatedDocumentCount()).toBe(20);
    },
  ],
  [
    'reference/command/distinct/',
    'distinct gives each value once, elements of arrays too, with a filter',
    async ({ collection }) => {
      await collection.insertMany(twenty());
      expect((await collection.distinct('tags', { kind: 0 })).sort()).toEqual(['all', 't0', 't1']);
      expect(await collection.distinct('n', { n: { $lt: 2 } })).toEqual([0, 1]);
      expect(await collection.distinct('none')).toEqual([]);
    },
  ],
];

export const findCases: readonly Case[] = [...sorting, ...projections, ...options, ...counts];
