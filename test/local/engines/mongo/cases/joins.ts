import { type Document, Long } from 'mongodb';
import { expect } from 'vitest';
import type { Case, Row, World } from './case.ts';

const op = (name: string): string => `reference/operator/aggregation/${name}/`;

const parts = (world: World) => world.db.collection<Row>(`${world.collection.collectionName}-parts`);
const joins = (title: string, stage: (from: string) => Document, expected: Document[], page = 'lookup'): Case => [
  op(page),
  title,
  async (world) => {
    await world.collection.insertMany([{ _id: 1, part: 'a' }, { _id: 2, part: ['b', 'a'] }, { _id: 3 }]);
    await parts(world).insertMany([
      { _id: 'a1', part: 'a', stock: 5 },
      { _id: 'a2', part: 'a', stock: 1 },
      { _id: 'b1', part: 'b', stock: Long.fromNumber(9) },
      { _id: 'n', stock: 0 },
    ]);
    const pipeline = [{ $sort: { _id: 1 } }, stage(parts(world).collectionName)];
    expect(await world.collection.aggregate(pipeline).toArray()).toEqual(expected);
  },
];
const idsOnly = [{ $sort: { _id: 1 } }, { $project: { _id: 1 } }];

export const joinCases: readonly Case[] = [
  joins(
    '$lookup by equality: arrays by element, a missing field as null',
    (from) => ({ $lookup: { from, localField: 'part', foreignField: 'part', pipeline: idsOnly, as: 'parts' } }),
    [
      { _id: 1, part: 'a', parts: [{ _id: 'a1' }, { _id: 'a2' }] },
      { _id: 2, part: ['b', 'a'], parts: [{ _id: 'a1' }, { _id: 'a2' }, { _id: 'b1' }] },
      { _id: 3, parts: [{ _id: 'n' }] },
    ],
  ),
  joins(
    '$lookup gives whole documents under a path',
    (from) => ({ $lookup: { from, localField: '_id', foreignField: 'stock', as: 'o.parts' } }),
    [
      { _id: 1, part: 'a', o: { parts: [{ _id: 'a2', part: 'a', stock: 1 }] } },
      { _id: 2, part: ['b', 'a'], o: { parts: [] } },
      { _id: 3, o: { parts: [] } },
    ],
  ),
  joins(
    '$lookup with let and pipeline',
    (from) => ({
      $lookup: {
        from,
        let: { least: { $multiply: ['$_id', 3] } },
        pipeline: [{ $match: { $expr: { $gte: ['$stock', '$$least'] } } }, ...idsOnly],
        as: 'parts',
      },
    }),
    [
      { _id: 1, part: 'a', parts: [{ _id: 'a1' }, { _id: 'b1' }] },
      { _id: 2, part: ['b', 'a'], parts: [{ _id: 'b1' }] },
      { _id: 3, parts: [{ _id: 'b1' }] },
    ],
  ),
  joins(
    '$lookup in a collection that does not exist gives nothing',
    (from) => ({ $lookup: { from: `${from}-none`, localField: 'part', foreignField: 'part', as: 'part' } }),
    [
      { _id: 1, part: [] },
      { _id: 2, part: [] },
      { _id: 3, part: [] },
    ],
  ),
  joins(
    '$unionWith adds what another collection has',
    (from) => ({ $unionWith: { coll: from, pipeline: [{ $match: { part: 'a' } }, ...idsOnly] } }),
    [{ _id: 1, part: 'a' }, { _id: 2, part: ['b', 'a'] }, { _id: 3 }, { _id: 'a1' }, { _id: 'a2' }],
    'unionWith',
  ),
  [
    op('graphLookup'),
    '$graphLookup follows references, with the depth, to the greatest depth',
    async ({ collection }) => {
      await collection.insertMany([
        { _id: 'Dev' },
        { _id: 'Eliot', boss: 'Dev' },
        { _id: 'Ron', boss: 'Eliot' },
        { _id: 'Asya', boss: 'Ron' },
      ]);
      const from = collection.collectionName;
      const graph = {
        from,
        startWith: '$boss',
        connectFromField: 'boss',
        connectToField: '_id',
        as: 'above',
        maxDepth: 1,
        depthField: 'depth',
      };
      const [found] = await collection.aggregate([{ $match: { _id: 'Asya' } }, { $graphLookup: graph }]).toArray();
      expect(found?.above).toHaveLength(2);
      expect(found?.above).toEqual(
        expect.arrayContaining([
          { _id: 'Ron', boss: 'Eliot', depth: 0 },
          { _id: 'Eliot', boss: 'Dev', depth: 1 },
        ]),
      );
    },
  ],
  [
    op('lookup'),
    '$lookup in a transaction sees its snapshot and its own writes',
    async (world) => {
      const { collection, client } = world;
      await collection.insertOne({ _id: 1 });
      await parts(world).insertOne({ _id: 'a', of: 1 });
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await collection.findOne({}, { session });
          await parts(world).insertOne({ _id: 'later', of: 1 });
          await parts(world).insertOne({ _id: 'own', of: 1 }, { session });
          const $lookup = {
            from: parts(world).collectionName,
            localField: '_id',
            foreignField: 'of',
            pipeline: idsOnly,
            as: 'parts',
          };
          expect(await collection.aggregate([{ $lookup }], { session }).toArray()).toEqual([
            { _id: 1, parts: [{ _id: 'a' }, { _id: 'own' }] },
          ]);
        }),
      );
    },
  ],
];
