import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { aggregates, type Case, fails, type Row } from './case.ts';

const op = (name: string): string => `reference/operator/aggregation/${name}/`;
const at = (text: string): Date => new Date(text);

const sales: Row[] = [
  { _id: 1, item: 'a', price: 10, amount: 2, day: at('2026-03-01T08:00:00Z'), tags: ['x', 'y'] },
  { _id: 2, item: 'b', price: 20, amount: 1, day: at('2026-03-01T09:30:00Z'), tags: [] },
  { _id: 3, item: 'a', price: 5, amount: 10, day: at('2026-03-15T09:00:00Z'), tags: ['y'] },
  { _id: 4, item: null, price: 10, amount: 10, day: at('2026-04-04T11:21:39Z') },
];
const gives = (stage: string, title: string, pipeline: Document[], expected: Document[]): Case =>
  aggregates(op(stage), title, sales, pipeline, expected);

const simple: Case[] = [
  gives(
    'match',
    '$match, $sort, $skip and $limit',
    [
      { $match: { price: { $gte: 10 } } },
      { $sort: { price: -1, _id: 1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ],
    [{ _id: 1 }],
  ),
  gives(
    'limit',
    '$limit before $skip',
    [{ $sort: { _id: 1 } }, { $limit: 2 }, { $skip: 1 }, { $project: { _id: 1 } }],
    [{ _id: 2 }],
  ),
  gives(
    'match',
    '$match after $group',
    [{ $group: { _id: '$item', n: { $sum: 1 } } }, { $match: { n: { $gt: 1 } } }],
    [{ _id: 'a', n: 2 }],
  ),
  gives(
    'project',
    '$project computes, renames and nests',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 0, name: '$item', cost: { value: { $multiply: ['$price', '$amount'] } } } },
    ],
    [{ name: 'a', cost: { value: 20 } }],
  ),
  gives(
    'project',
    '$project leaves a missing field out, and makes it null in an array',
    [{ $match: { _id: 4 } }, { $project: { _id: 0, none: '$tags', list: ['$tags', 1] } }],
    [{ list: [null, 1] }],
  ),
  gives(
    'project',
    '$project leaves fields out, and by $$REMOVE',
    [
      { $match: { _id: 3 } },
      { $project: { day: 0, tags: 0 } },
      { $project: { item: 1, price: { $cond: [{ $lt: ['$price', 9] }, '$$REMOVE', '$price'] } } },
    ],
    [{ _id: 3, item: 'a' }],
  ),
  gives(
    'set',
    '$set and $addFields go into documents',
    [
      { $match: { _id: 2 } },
      { $set: { 'deep.x': { $add: ['$price', 1] }, item: 'z' } },
      { $addFields: { deep: { y: 2 } } },
      { $unset: ['day', 'tags', 'amount'] },
    ],
    [{ _id: 2, item: 'z', price: 20, deep: { x: 21, y: 2 } }],
  ),
  gives(
    'unset',
    '$unset of one field and of inner ones',
    [
      { $match: { _id: 4 } },
      { $set: { o: { a: 1, b: 2 } } },
      { $unset: ['o.a', 'price', 'amount'] },
      { $unset: 'day' },
    ],
    [{ _id: 4, item: null, o: { b: 2 } }],
  ),
  gives(
    'unwind',
    '$unwind leaves out what has no element',
    [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }],
    [
      { _id: 1, tags: 'x' },
      { _id: 1, tags: 'y' },
      { _id: 3, tags: 'y' },
    ],
  ),
  gives(
    'unwind',
    '$unwind keeps it when asked, with the index',
    [
      { $unwind: { path: '$tags', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } },
      { $match: { _id: { $in: [2, 3] } } },
      { $sort: { _id: 1 } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 2, i: null },
      { _id: 3, tags: 'y', i: 0 },
    ],
  ),
  gives(
    'unwind',
    '$unwind of what is no array takes it as its one element',
    [{ $unwind: '$price' }, { $match: { _id: 1 } }, { $project: { price: 1 } }],
    [{ _id: 1, price: 10 }],
  ),
  gives('count', '$count', [{ $match: { price: 10 } }, { $count: 'tens' }], [{ tens: 2 }]),
  gives('count', '$count of nothing is no document', [{ $match: { price: -1 } }, { $count: 'none' }], []),
  gives(
    'replaceRoot',
    '$replaceRoot and $replaceWith',
    [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { inner: { item: '$item' } } } }, { $replaceWith: '$inner' }],
    [{ item: 'a' }],
  ),
  gives(
    'facet',
    '$facet runs pipelines side by side',
    [
      {
        $facet: {
          count: [{ $count: 'n' }],
          ids: [{ $match: { item: 'a' } }, { $sort: { _id: 1 } }, { $project: { _id: 1 } }],
        },
      },
    ],
    [{ count: [{ n: 4 }], ids: [{ _id: 1 }, { _id: 3 }] }],
  ),
  [
    op('sample'),
    '$sample takes so many different documents',
    async ({ collection }) => {
      await collection.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id })));
      const ids = (await collection.aggregate([{ $sample: { size: 10 } }]).toArray()).map((one) => one._id);
      expect(new Set(ids).size).toBe(10);
    },
  ],
];

const group = (title: string, fields: Document, expected: Document[], stage = 'group'): Case =>
  gives(stage, title, [{ $sort: { _id: 1 } }, { $group: fields }, { $sort: { _id: 1 } }], expected);

const groups: Case[] = [
  group(
    '$group: $sum and $count',
    { _id: '$item', total: { $sum: { $multiply: ['$price', '$amount'] } }, count: { $sum: 1 }, n: { $count: {} } },
    [
      { _id: null, total: 100, count: 1, n: 1 },
      { _id: 'a', total: 70, count: 2, n: 2 },
      { _id: 'b', total: 20, count: 1, n: 1 },
    ],
  ),
  group(
    '$group by null: $avg, $min, $max, $first, $last',
    {
      _id: null,
      avg: { $avg: '$price' },
      min: { $min: '$day' },
      max: { $max: '$amount' },
      first: { $first: '$item' },
      last: { $last: '$item' },
    },
    [{ _id: null, avg: 11.25, min: at('2026-03-01T08:00:00Z'), max: 10, first: 'a', last: null }],
  ),
  group(
    '$group takes a missing field for null',
    { _id: '$nothing', n: { $sum: '$nothing' }, avg: { $avg: '$nothing' } },
    [{ _id: null, n: 0, avg: null }],
  ),
  group(
    '$group by a document: $push and $addToSet',
    { _id: { t: { $gt: ['$price', 7] } }, all: { $push: '$price' }, set: { $addToSet: '$price' } },
    [
      { _id: { t: false }, all: [5], set: [5] },
      {
        _id: { t: true },
        all: [10, 20, 10],
        set: expect.toSatisfy((set: number[]) => set.sort().join() === '10,20') as never,
      },
    ],
  ),
  group(
    '$group: $mergeObjects',
    { _id: null, all: { $mergeObjects: { item: '$item', last: '$_id' } } },
    [{ _id: null, all: { item: null, last: 4 } }],
    'mergeObjects',
  ),
  group(
    '$group: $top and $bottomN',
    {
      _id: null,
      best: { $top: { sortBy: { price: -1 }, output: '$item' } },
      least: { $bottomN: { n: 2, sortBy: { price: -1, _id: 1 }, output: '$_id' } },
    },
    [{ _id: null, best: 'b', least: [4, 3] }],
    'top',
  ),
  group(
    '$group: $firstN, $lastN, $maxN and $minN',
    {
      _id: null,
      first: { $firstN: { input: '$_id', n: 2 } },
      last: { $lastN: { input: '$_id', n: 2 } },
      max: { $maxN: { input: '$price', n: 2 } },
      min: { $minN: { input: '$price', n: 1 } },
    },
    [{ _id: null, first: [1, 2], last: [3, 4], max: [20, 10], min: [5] }],
    'firstN',
  ),
  group(
    '$group: $stdDevPop and $stdDevSamp',
    {
      _id: null,
      pop: { $stdDevPop: { $add: ['$_id', 0] } },
      samp: { $stdDevSamp: { $cond: [{ $lt: ['$_id', 3] }, '$_id', null] } },
    },
    [{ _id: null, pop: Math.sqrt(1.25), samp: Math.sqrt(0.5) }],
    'stdDevPop',
  ),
  gives('sortByCount', '$sortByCount', [{ $sortByCount: '$price' }, { $limit: 1 }], [{ _id: 10, count: 2 }]),
  gives(
    'bucket',
    '$bucket with boundaries, default and output',
    [{ $bucket: { groupBy: '$price', boundaries: [0, 10, 20], default: 'more', output: { n: { $sum: 1 } } } }],
    [
      { _id: 0, n: 1 },
      { _id: 10, n: 2 },
      { _id: 'more', n: 1 },
    ],
  ),
];

const options: Case[] = [
  aggregates(
    'reference/command/aggregate/',
    'let gives variables to expressions',
    [{ n: 1 }, { n: 5 }],
    [{ $match: { $expr: { $gt: ['$n', '$$least'] } } }, { $project: { _id: 0, n: 1 } }],
    [{ n: 5 }],
    { let: { least: 3 } },
  ),
  aggregates(
    'reference/command/aggregate/',
    'aggregate takes hint, batchSize, maxTimeMS, allowDiskUse and comment',
    sales,
    [{ $match: { _id: { $lte: 3 } } }, { $project: { _id: 1 } }],
    [{ _id: 1 }, { _id: 2 }, { _id: 3 }],
    { hint: '_id_', batchSize: 1, maxTimeMS: 5000, allowDiskUse: true, comment: 'why' },
  ),
  aggregates(
    'reference/command/aggregate/',
    'an empty pipeline gives every document',
    [{ _id: 1, a: 1 }],
    [],
    [{ _id: 1, a: 1 }],
  ),
];

const slow = { $reduce: { input: { $range: [0, 200] }, initialValue: 0, in: { $add: ['$$value', '$$this'] } } };
const expiring = fails(
  'reference/method/cursor.maxTimeMS/',
  'maxTimeMS ends a computation',
  async ({ collection }) => {
    await collection.insertMany(Array.from({ length: 1500 }, (_, _id) => ({ _id })));
    const pipeline = [{ $set: { slow } }, { $group: { _id: null, n: { $sum: '$slow' } } }];
    return collection.aggregate(pipeline, { maxTimeMS: 1 }).toArray();
  },
  50,
);

const refused = (title: string, pipeline: Document[], code: number, page: string): Case =>
  fails(
    page,
    `${title} is an error`,
    async ({ collection }) => {
      await collection.insertOne({ price: 1 });
      return collection.aggregate(pipeline).toArray();
    },
    code,
  );

const errors: Case[] = [
  refused('a stage that does not exist', [{ $nonsense: {} }], 40324, 'reference/operator/aggregation-pipeline/'),
  refused('a stage of two names', [{ $match: {}, $limit: 1 }], 40323, 'reference/operator/aggregation-pipeline/'),
  refused('an expression that does not exist', [{ $project: { a: { $nonsense: 1 } } }], 31325, op('project')),
  refused('an accumulator that does not exist', [{ $group: { _id: null, a: { $nonsense: 1 } } }], 15952, op('group')),
  refused('$group without _id', [{ $group: { n: { $sum: 1 } } }], 15955, op('group')),
  refused('$limit of nothing', [{ $limit: 0 }], 15958, op('limit')),
  refused('$unwind of a path without $', [{ $unwind: 'tags' }], 28818, op('unwind')),
  refused('inclusion mixed with exclusion', [{ $project: { a: 1, b: 0 } }], 31254, op('project')),
  refused('an undefined variable', [{ $project: { a: '$$nobody' } }], 17276, 'reference/aggregation-variables/'),
  refused('a new root that is no document', [{ $replaceWith: '$price' }], 40228, op('replaceWith')),
  refused('$facet in $facet', [{ $facet: { a: [{ $facet: { b: [] } }] } }], 40600, op('facet')),
  refused(
    '$bucket without a place for a value',
    [{ $bucket: { groupBy: '$price', boundaries: [5, 10] } }],
    40066,
    op('bucket'),
  ),
];

export const stageCases: readonly Case[] = [...simple, ...groups, ...options, expiring, ...errors];
