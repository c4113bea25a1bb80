import { Double, Long } from 'mongodb';
import { expect } from 'vitest';
import { type Case, fails, updates } from './case.ts';

const op = (name: string): string => `reference/operator/update/${name}/`;
const pipelines = 'tutorial/update-documents-with-aggregation-pipeline/';

const fields: Case[] = [
  updates(
    op('set'),
    '$set makes missing documents on its way',
    { a: 1 },
    { $set: { 'b.c.d': 1 } },
    { a: 1, b: { c: { d: 1 } } },
  ),
  updates(
    'reference/operator/update/',
    'new fields come in the order of their names, numbers by number',
    {},
    { $set: { b: 1, a: 2, 'x.10': 1, 'x.9': 1 } },
    { a: 2, b: 1, x: { 9: 1, 10: 1 } },
  ),
  updates(
    op('set'),
    '$set on an array by place pads with null',
    { a: [1] },
    { $set: { 'a.3': 9 } },
    { a: [1, null, null, 9] },
  ),
  updates(
    op('set'),
    '$set of a document replaces it whole',
    { a: { x: 1, y: 2 } },
    { $set: { a: { z: 1 } } },
    { a: { z: 1 } },
  ),
  updates(
    op('unset'),
    '$unset takes fields away, and makes null of array elements',
    { a: 1, b: 2, c: [1, 2] },
    { $unset: { a: '', 'c.0': '', none: '' } },
    { b: 2, c: [null, 2] },
  ),
  updates(op('inc'), '$inc sets a missing field', { a: 1.5 }, { $inc: { a: 1, b: 2 } }, { a: 2.5, b: 2 }),
  updates(
    op('inc'),
    '$inc of an int beyond 32 bits makes a long',
    { a: 2_147_483_647 },
    { $inc: { a: 1 } },
    { a: 2_147_483_648 },
  ),
  updates(
    op('inc'),
    '$inc of a long is exact',
    { a: Long.fromString('9007199254740993') },
    { $inc: { a: 1 } },
    { a: Long.fromString('9007199254740994') },
  ),
  updates(op('mul'), '$mul of a missing field makes 0', { a: 3 }, { $mul: { a: 2, c: 3 } }, { a: 6, c: 0 }),
  updates(op('mul'), '$mul of int and double makes a double', { a: 3 }, { $mul: { a: new Double(1.5) } }, { a: 4.5 }),
  updates(op('min'), '$min and $max set a missing field', {}, { $min: { a: 3 }, $max: { b: 9 } }, { a: 3, b: 9 }),
  updates(
    op('max'),
    '$min and $max compare by BSON order',
    { a: 5, b: 5, c: 'x' },
    { $min: { a: 3, d: 1 }, $max: { b: 9, c: 7 } },
    { a: 3, b: 9, c: 'x', d: 1 },
  ),
  updates(op('min'), '$min compares dates', { a: new Date(5) }, { $min: { a: new Date(3) } }, { a: new Date(3) }),
  updates(
    op('rename'),
    '$rename moves a field',
    { a: 1, b: { c: 2 } },
    { $rename: { a: 'z', 'b.c': 'y', none: 'n' } },
    { b: {}, y: 2, z: 1 },
  ),
  updates(
    op('rename'),
    '$rename takes the place of a field that is there',
    { a: 1, b: 2 },
    { $rename: { a: 'b' } },
    { b: 1 },
  ),
  updates(
    op('setOnInsert'),
    '$setOnInsert does nothing to a document that is there',
    { a: 1 },
    { $set: { a: 2 }, $setOnInsert: { b: 1 } },
    { a: 2 },
  ),
  [
    op('currentDate'),
    '$currentDate sets the time of the server, as a date or a timestamp',
    async ({ collection }) => {
      await collection.insertOne({ _id: 1 });
      await collection.updateOne({}, { $currentDate: { at: { $type: 'date' }, stamp: { $type: 'timestamp' } } });
      const found = await collection.findOne();
      expect(Math.abs(Number(found?.at) - Date.now())).toBeLessThan(60_000);
      expect(found?.stamp).toMatchObject({ _bsontype: 'Timestamp' });
    },
  ],
];

const arrays: Case[] = [
  updates(op('push'), '$push makes and appends', { a: [1] }, { $push: { a: [2], b: 1 } }, { a: [1, [2]], b: [1] }),
  updates(
    op('push'),
    '$push with $each, $position, $sort and $slice',
    { a: [3, 1] },
    { $push: { a: { $each: [5, 2], $position: 0, $sort: -1, $slice: 3 } } },
    { a: [5, 3, 2] },
  ),
  updates(
    op('sort'),
    '$push sorts documents by a field',
    {
      a: [
        { id: 1, s: 8 },
        { id: 2, s: 7 },
      ],
    },
    { $push: { a: { $each: [{ id: 3, s: 6 }], $sort: { s: 1 } } } },
    {
      a: [
        { id: 3, s: 6 },
        { id: 2, s: 7 },
        { id: 1, s: 8 },
      ],
    },
  ),
  updates(
    op('slice'),
    '$push with $slice below 0 keeps the last',
    { a: [40, 50, 60] },
    { $push: { a: { $each: [80, 78, 86], $slice: -5 } } },
    { a: [50, 60, 80, 78, 86] },
  ),
  updates(
    op('slice'),
    '$push with $slice of 0 empties the array',
    { a: [1] },
    { $push: { a: { $each: [2], $slice: 0 } } },
    { a: [] },
  ),
  updates(
    op('position'),
    '$push at a place from the end',
    { a: [50, 60, 70, 100] },
    { $push: { a: { $each: [90, 80], $position: -2 } } },
    { a: [50, 60, 90, 80, 70, 100] },
  ),
  updates(
    op('addToSet'),
    '$addToSet adds what is not there, by BSON equality',
    { a: [1, { x: 1, y: 2 }] },
    { $addToSet: { a: { $each: [1, { y: 2, x: 1 }, 2, 2] } } },
    { a: [1, { x: 1, y: 2 }, { y: 2, x: 1 }, 2] },
  ),
  updates(
    op('addToSet'),
    '$addToSet of an array adds it as one element',
    { a: ['a', 'b'] },
    { $addToSet: { a: ['c', 'd'] } },
    { a: ['a', 'b', ['c', 'd']] },
  ),
  updates(
    op('pull'),
    '$pull by value, by condition and by document',
    { a: [1, 5, 9], b: ['x', 'y'], c: [{ q: 1, r: 1 }, { q: 2 }] },
    { $pull: { a: { $gte: 5 }, b: 'x', c: { q: 1 } } },
    { a: [1], b: ['y'], c: [{ q: 2 }] },
  ),
  updates(
    op('pull'),
    '$pull with $in and with $elemMatch',
    { a: [1, 2, 3], c: [{ l: [{ q: 1 }] }, { l: [{ q: 5 }] }] },
    { $pull: { a: { $in: [1, 3] }, c: { l: { $elemMatch: { q: { $gt: 3 } } } } } },
    { a: [2], c: [{ l: [{ q: 1 }] }] },
  ),
  updates(op('pullAll'), '$pullAll', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }),
  updates(
    op('pop'),
    '$pop from either end',
    { a: [1, 2, 3], b: [1, 2, 3] },
    { $pop: { a: 1, b: -1 } },
    { a: [1, 2], b: [2, 3] },
  ),
  updates(
    op('positional'),
    'the positional $ is the first element that matched',
    { a: [80, 85, 90] },
    { $set: { 'a.$': 100 } },
    { a: [80, 100, 90] },
    { filter: { a: { $gte: 85 } } },
  ),
  updates(
    op('positional'),
    'the positional $ under $elemMatch on documents',
    {
      a: [
        { x: 1, n: 0 },
        { x: 2, n: 0 },
      ],
    },
    { $inc: { 'a.$.n': 5 } },
    {
      a: [
        { x: 1, n: 0 },
        { x: 2, n: 5 },
      ],
    },
    { filter: { a: { $elemMatch: { x: 2 } } } },
  ),
  updates(
    op('positional'),
    'the positional $ under a dotted path',
    { a: [{ x: 1 }, { x: 2 }] },
    { $set: { 'a.$.y': 1 } },
    { a: [{ x: 1 }, { x: 2, y: 1 }] },
    { filter: { 'a.x': 2 } },
  ),
  updates(op('positional-all'), '$[] is every element', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }),
  updates(
    op('positional-all'),
    '$[] goes into nested arrays',
    { a: [{ l: [1, 2] }, { l: [3] }] },
    { $inc: { 'a.$[].l.$[]': 1 } },
    { a: [{ l: [2, 3] }, { l: [4] }] },
  ),
  updates(
    op('positional-filtered'),
    '$[name] is every element that the filter matches',
    { a: [{ g: 70 }, { g: 90 }] },
    { $set: { 'a.$[high].top': true } },
    { a: [{ g: 70 }, { g: 90, top: true }] },
    { arrayFilters: [{ 'high.g': { $gte: 80 } }] },
  ),
  updates(
    op('positional-filtered'),
    '$[name] on plain values',
    { a: [1, 5, 9] },
    { $set: { 'a.$[big]': 0 } },
    { a: [1, 0, 0] },
    { arrayFilters: [{ big: { $gt: 4 } }] },
  ),
  updates(
    op('positional-filtered'),
    'two array filters on nested arrays',
    {
      a: [
        { k: 1, l: [1, 9] },
        { k: 2, l: [9] },
      ],
    },
    { $set: { 'a.$[one].l.$[nine]': 0 } },
    {
      a: [
        { k: 1, l: [1, 0] },
        { k: 2, l: [9] },
      ],
    },
    { arrayFilters: [{ 'one.k': 1 }, { nine: { $gte: 9 } }] },
  ),
  updates(
    op('bit'),
    '$bit: and, or, xor',
    { a: 13, b: 3, c: 1 },
    { $bit: { a: { and: 10 }, b: { or: 5 }, c: { xor: 5 } } },
    { a: 8, b: 7, c: 4 },
  ),
];

const byPipeline: Case[] = [
  updates(
    pipelines,
    'a pipeline computes from the document',
    { a: 2, b: 3, old: 1 },
    [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'old' }],
    { a: 2, b: 3, sum: 5 },
  ),
  updates(pipelines, 'a pipeline may replace the document and keeps _id', { a: { x: 1 } }, [{ $replaceWith: '$a' }], {
    x: 1,
  }),
  updates(
    pipelines,
    'a pipeline takes $addFields, $project and $replaceRoot',
    { a: { x: 1 }, b: 2 },
    [
      { $addFields: { 'a.y': '$b' } },
      { $project: { a: 1 } },
      { $replaceRoot: { newRoot: { $mergeObjects: ['$a', { z: 3 }] } } },
    ],
    { x: 1, y: 2, z: 3 },
  ),
  updates(pipelines, 'a pipeline swaps two fields', { a: 1, b: 2 }, [{ $set: { a: '$b', b: '$a' } }], { a: 2, b: 1 }),
];

const refused = (title: string, update: object, code: number, page: string): Case =>
  fails(
    page,
    `${title} is an error, and nothing changes`,
    async ({ collection }) => {
      const before = { _id: 1, number: 1, fraction: 1.5, text: 'x', list: [1] };
      await collection.insertOne(before);
      const answer = collection.updateOne({ _id: 1 }, update);
      await answer.catch(() => undefined);
      expect(await collection.findOne()).toEqual(before);
      return answer;
    },
    code,
  );

const errors: Case[] = [
  refused('an unknown operator', { $nonsense: { a: 1 } }, 9, 'reference/operator/update/'),
  refused('two operators on one path', { $set: { a: 1 }, $inc: { a: 1 } }, 40, 'reference/operator/update/'),
  refused('a path and its beginning', { $set: { 'a.b': 1 }, $unset: { a: '' } }, 40, 'reference/operator/update/'),
  refused('another _id', { $set: { _id: 2 } }, 66, 'reference/method/db.collection.updateOne/'),
  refused('$inc of a string field', { $inc: { text: 1 } }, 14, op('inc')),
  refused('$inc by a string', { $inc: { number: 'x' } }, 14, op('inc')),
  refused('$push to a number', { $push: { number: 1 } }, 2, op('push')),
  refused('$addToSet to a number', { $addToSet: { number: 1 } }, 2, op('addToSet')),
  refused('$pull from a number', { $pull: { number: 1 } }, 2, op('pull')),
  refused('a path through a plain value', { $set: { 'number.x': 1 } }, 28, op('set')),
  refused('an empty path', { $set: { '': 1 } }, 56, op('set')),
  refused('$ without a match in an array', { $set: { 'list.$': 1 } }, 2, op('positional')),
  refused('$[name] without its filter', { $set: { 'list.$[x]': 1 } }, 2, op('positional-filtered')),
  refused('$pop of a plain value', { $pop: { number: 1 } }, 14, op('pop')),
  refused('$bit of a double', { $bit: { fraction: { and: 1 } } }, 2, op('bit')),
  refused('a stage that an update may not have', [{ $group: { _id: null } }], 72, pipelines),
];

export const updateOperatorCases: readonly Case[] = [...fields, ...arrays, ...byPipeline, ...errors];
