import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { errorOf, freshName, mongo } from './support.ts';

const fixture = mongo();
const manual = 'https://www.mongodb.com/docs/manual/reference/operator/aggregation';
const at = (text: string): Date => new Date(text);

const sales: Document[] = [
  { _id: 1, item: 'a', price: 10, amount: 2, day: at('2026-03-01T08:00:00Z'), tags: ['x', 'y'] },
  { _id: 2, item: 'b', price: 20, amount: 1, day: at('2026-03-01T09:30:00Z'), tags: [] },
  { _id: 3, item: 'a', price: 5, amount: 10, day: at('2026-03-15T09:00:00Z'), tags: ['y'] },
  { _id: 4, item: null, price: 10, amount: 10, day: at('2026-04-04T11:21:39Z') },
];

const cases: [name: string, pipeline: Document[], expected: Document[], page: string][] = [
  [
    '$match, $sort, $skip and $limit',
    [
      { $match: { price: { $gte: 10 } } },
      { $sort: { price: -1, _id: 1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ],
    [{ _id: 1 }],
    'match',
  ],
  [
    '$limit before $skip',
    [{ $sort: { _id: 1 } }, { $limit: 2 }, { $skip: 1 }, { $project: { _id: 1 } }],
    [{ _id: 2 }],
    'limit',
  ],
  [
    '$group sums and counts',
    [
      {
        $group: {
          _id: '$item',
          total: { $sum: { $multiply: ['$price', '$amount'] } },
          count: { $sum: 1 },
          n: { $count: {} },
        },
      },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: null, total: 100, count: 1, n: 1 },
      { _id: 'a', total: 70, count: 2, n: 2 },
      { _id: 'b', total: 20, count: 1, n: 1 },
    ],
    'group',
  ],
  [
    '$group by null with $avg, $min, $max, $first, $last',
    [
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: null,
          avg: { $avg: '$price' },
          min: { $min: '$day' },
          max: { $max: '$amount' },
          first: { $first: '$item' },
          last: { $last: '$item' },
        },
      },
    ],
    [{ _id: null, avg: 11.25, min: at('2026-03-01T08:00:00Z'), max: 10, first: 'a', last: null }],
    'group',
  ],
  [
    '$group by a document with $push and $addToSet',
    [
      { $match: { item: 'a' } },
      { $sort: { _id: 1 } },
      { $group: { _id: { i: '$item' }, all: { $push: '$price' }, set: { $addToSet: '$item' } } },
    ],
    [{ _id: { i: 'a' }, all: [10, 5], set: ['a'] }],
    'group',
  ],
  [
    '$top and $bottomN',
    [
      {
        $group: {
          _id: null,
          best: { $top: { sortBy: { price: -1 }, output: '$item' } },
          least: { $bottomN: { n: 2, sortBy: { price: -1, _id: 1 }, output: '$_id' } },
        },
      },
    ],
    [{ _id: null, best: 'b', least: [4, 3] }],
    'top',
  ],
  [
    '$project computes, renames and nests',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 0, name: '$item', cost: { value: { $multiply: ['$price', '$amount'] } } } },
    ],
    [{ name: 'a', cost: { value: 20 } }],
    'project',
  ],
  [
    '$set and $unset',
    [
      { $match: { _id: 2 } },
      { $set: { 'deep.x': { $add: ['$price', 1] }, item: 'z' } },
      { $unset: ['day', 'tags', 'amount'] },
    ],
    [{ _id: 2, item: 'z', price: 20, deep: { x: 21 } }],
    'set',
  ],
  [
    '$unwind leaves out what has no element',
    [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }],
    [
      { _id: 1, tags: 'x' },
      { _id: 1, tags: 'y' },
      { _id: 3, tags: 'y' },
    ],
    'unwind',
  ],
  [
    '$unwind keeps it when asked, with the index',
    [
      { $unwind: { path: '$tags', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } },
      { $match: { _id: { $in: [2, 3] } } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 2, i: null },
      { _id: 3, tags: 'y', i: 0 },
    ],
    'unwind',
  ],
  ['$count', [{ $match: { price: 10 } }, { $count: 'tens' }], [{ tens: 2 }], 'count'],
  ['$count of nothing is no document', [{ $match: { price: -1 } }, { $count: 'none' }], [], 'count'],
  ['$sortByCount', [{ $sortByCount: '$price' }, { $limit: 1 }], [{ _id: 10, count: 2 }], 'sortByCount'],
  [
    '$bucket',
    [{ $bucket: { groupBy: '$price', boundaries: [0, 10, 20], default: 'more', output: { n: { $sum: 1 } } } }],
    [
      { _id: 0, n: 1 },
      { _id: 10, n: 2 },
      { _id: 'more', n: 1 },
    ],
    'bucket',
  ],
  [
    '$facet',
    [
      {
        $facet: {
          count: [{ $count: 'n' }],
          ids: [{ $match: { item: 'a' } }, { $sort: { _id: 1 } }, { $project: { _id: 1 } }],
        },
      },
    ],
    [{ count: [{ n: 4 }], ids: [{ _id: 1 }, { _id: 3 }] }],
    'facet',
  ],
  [
    '$replaceRoot and $replaceWith',
    [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { inner: { item: '$item' } } } }, { $replaceWith: '$inner' }],
    [{ item: 'a' }],
    'replaceRoot',
  ],
  [
    '$dateTrunc and $dateToString',
    [
      { $group: { _id: { $dateTrunc: { date: '$day', unit: 'month' } }, n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
      { $project: { _id: 0, n: 1, month: { $dateToString: { date: '$_id', format: '%Y-%m' } } } },
    ],
    [
      { n: 3, month: '2026-03' },
      { n: 1, month: '2026-04' },
    ],
    'dateTrunc',
  ],
  [
    '$cond, $ifNull and $switch',
    [
      { $sort: { _id: 1 } },
      {
        $project: {
          _id: 0,
          i: { $ifNull: ['$item', 'none'] },
          big: { $cond: [{ $gt: ['$amount', 5] }, 1, 0] },
          // biome-ignore lint/suspicious/noThenProperty: the field that $switch asks for
          s: { $switch: { branches: [{ case: { $eq: ['$price', 20] }, then: 'twenty' }], default: 'other' } },
        },
      },
    ],
    [
      { i: 'a', big: 0, s: 'other' },
      { i: 'b', big: 0, s: 'twenty' },
      { i: 'a', big: 1, s: 'other' },
      { i: 'none', big: 1, s: 'other' },
    ],
    'cond',
  ],
  [
    '$map, $filter, $reduce, $size and $in',
    [
      { $match: { _id: 1 } },
      {
        $project: {
          _id: 0,
          up: { $map: { input: '$tags', as: 't', in: { $toUpper: '$$t' } } },
          only: { $filter: { input: '$tags', cond: { $eq: ['$$this', 'x'] } } },
          all: { $reduce: { input: '$tags', initialValue: '', in: { $concat: ['$$value', '$$this'] } } },
          n: { $size: '$tags' },
          has: { $in: ['y', '$tags'] },
        },
      },
    ],
    [{ up: ['X', 'Y'], only: ['x'], all: 'xy', n: 2, has: true }],
    'map',
  ],
  [
    '$setUnion and $setIntersection',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 0, u: { $setUnion: ['$tags', ['y', 'z']] }, i: { $setIntersection: ['$tags', ['y', 'z']] } } },
    ],
    [{ u: ['x', 'y', 'z'], i: ['y'] }],
    'setUnion',
  ],
  [
    '$mergeObjects and $objectToArray',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 0, m: { $mergeObjects: [{ a: 1 }, { b: '$item' }] }, l: { $objectToArray: { k: 1 } } } },
    ],
    [{ m: { a: 1, b: 'a' }, l: [{ k: 'k', v: 1 }] }],
    'mergeObjects',
  ],
  [
    'a missing field is left out of $project and not of an array',
    [{ $match: { _id: 4 } }, { $project: { _id: 0, none: '$tags', list: ['$tags', 1] } }],
    [{ list: [null, 1] }],
    'project',
  ],
];

describe('aggregation', () => {
  test.each(cases)('%s', async (_name, pipeline, expected, page) => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany(sales.map((one) => ({ ...one })) as never);
    expect(await collection.aggregate(pipeline).toArray(), `${manual}/${page}/`).toEqual(expected);
  });

  // https://www.mongodb.com/docs/manual/reference/operator/aggregation/sample/
  test('$sample takes so many different documents', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id: _id as never })));
    const ids = (await collection.aggregate([{ $sample: { size: 10 } }]).toArray()).map((one) => one._id);
    expect(new Set(ids).size).toBe(10);
  });

  // https://www.mongodb.com/docs/manual/reference/command/aggregate/ (let)
  test('let gives variables to expressions', async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertMany([{ n: 1 }, { n: 5 }]);
    const pipeline = [{ $match: { $expr: { $gt: ['$n', '$$least'] } } }, { $project: { _id: 0, n: 1 } }];
    expect(await collection.aggregate(pipeline, { let: { least: 3 } }).toArray()).toEqual([{ n: 5 }]);
  });

  test.each<[string, Document[], number, string]>([
    ['a stage that does not exist', [{ $nonsense: {} }], 40324, ''],
    ['a stage of two names', [{ $match: {}, $limit: 1 }], 40323, ''],
    ['an expression that does not exist', [{ $project: { a: { $nonsense: 1 } } }], 31325, 'project'],
    ['an accumulator that does not exist', [{ $group: { _id: null, a: { $nonsense: 1 } } }], 15952, 'group'],
    ['$group without _id', [{ $group: { n: { $sum: 1 } } }], 15955, 'group'],
    ['$limit of nothing', [{ $limit: 0 }], 15958, 'limit'],
    ['$unwind of a path without $', [{ $unwind: 'tags' }], 28818, 'unwind'],
    ['inclusion mixed with exclusion', [{ $project: { a: 1, b: 0 } }], 31254, 'project'],
    ['an undefined variable', [{ $project: { a: '$$nobody' } }], 17276, ''],
    ['a new root that is no document', [{ $replaceWith: '$price' }], 40228, 'replaceWith'],
  ])('%s is refused', async (_name, pipeline, code, page) => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.insertOne({ price: 1 });
    expect((await errorOf(collection.aggregate(pipeline).toArray())).code, `${manual}/${page}/`).toBe(code);
  });
});
