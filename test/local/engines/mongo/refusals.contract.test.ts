import { Decimal128, type Document, Long } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { rawConnection } from './raw.ts';
import { isEmbedded, mongo } from './support.ts';

const { does, refuses } = claims('mongo', 'refusals');
const fixture = mongo();

const stage = (...pipeline: Document[]): Document => ({ aggregate: 'c', cursor: {}, pipeline });
const index = (key: Document, options: Document = {}): Document => ({
  createIndexes: 'c',
  indexes: [{ key, name: 'refused', ...options }],
});
const filter = (given: Document): Document => ({ find: 'c', filter: given });
const expression = (given: unknown): Document => stage({ $project: { result: given } });
const aggregation = (name: string): string => `reference/operator/aggregation/${name}/`;

/** What each is answered with NotImplemented (238), the server's own code for it. */
const refusals: [page: string, title: string, command: Document][] = [
  ['reference/collation/', 'a collation other than simple', { find: 'c', collation: { locale: 'de' } }],
  [aggregation('out'), '$out', stage({ $out: 'x' })],
  [aggregation('merge'), '$merge', stage({ $merge: 'x' })],
  [aggregation('setWindowFields'), '$setWindowFields', stage({ $setWindowFields: { output: {} } })],
  [aggregation('bucketAuto'), '$bucketAuto', stage({ $bucketAuto: { groupBy: '$a', buckets: 2 } })],
  [aggregation('densify'), '$densify', stage({ $densify: { field: 'a', range: { step: 1, bounds: 'full' } } })],
  [aggregation('fill'), '$fill', stage({ $fill: { output: { a: { value: 1 } } } })],
  [aggregation('redact'), '$redact', stage({ $redact: '$$KEEP' })],
  [aggregation('geoNear'), '$geoNear', stage({ $geoNear: { near: [0, 0], distanceField: 'd' } })],
  [aggregation('search'), '$search and $vectorSearch', stage({ $search: {} })],
  ['changeStreams/', 'change streams', stage({ $changeStream: {} })],
  [
    aggregation('lookup'),
    '$lookup in another database',
    stage({ $lookup: { from: { db: 'x', coll: 'y' }, localField: 'a', foreignField: 'b', as: 'c' } }),
  ],
  [aggregation('median'), '$median and $percentile', expression({ $median: { input: [1], method: 'approximate' } })],
  [aggregation('function'), '$function', expression({ $function: { body: 'x', args: [], lang: 'js' } })],
  [aggregation('toDecimal'), '$toDecimal', expression({ $toDecimal: '1' })],
  [aggregation('convert'), '$convert to Decimal128', expression({ $convert: { input: '1', to: 'decimal' } })],
  [
    aggregation('dateFromString'),
    '$dateFromString of text that is not ISO 8601, without a format',
    expression({ $dateFromString: { dateString: 'July 4th, 2017' } }),
  ],
  [
    'reference/bson-types/',
    'computing with longs over 2^53 in expressions',
    expression({ $add: [Long.fromString('9007199254740993'), 1] }),
  ],
  ['reference/operator/query/where/', '$where', filter({ $where: 'true' })],
  ['reference/operator/query/text/', '$text', filter({ $text: { $search: 'x' } })],
  ['reference/operator/query/near/', '$near and the other geospatial operators', filter({ a: { $near: [0, 0] } })],
  ['reference/operator/query/regex/', 'PCRE syntax that JavaScript lacks', filter({ a: { $regex: 'a++' } })],
  ['core/tailable-cursors/', 'tailable cursors', { find: 'c', tailable: true }],
  [
    'reference/read-concern-snapshot/',
    'snapshot reads outside a transaction',
    { find: 'c', readConcern: { level: 'snapshot' } },
  ],
  ['core/indexes/index-types/index-text/', 'text indexes', index({ a: 'text' })],
  ['core/indexes/index-types/index-geospatial/', 'geospatial indexes', index({ a: '2dsphere' })],
  ['core/indexes/index-types/index-hashed/', 'hashed indexes', index({ a: 'hashed' })],
  ['core/indexes/index-types/index-wildcard/', 'wildcard indexes', index({ '$**': 1 })],
  ['core/capped-collections/', 'capped collections', { create: 'capped', capped: true, size: 1000 }],
  ['core/views/', 'views', { create: 'view', viewOn: 'c', pipeline: [] }],
  ['core/timeseries-collections/', 'time series collections', { create: 'times', timeseries: { timeField: 'a' } }],
  [
    'core/clustered-collections/',
    'clustered collections',
    { create: 'clustered', clusteredIndex: { key: { _id: 1 }, unique: true } },
  ],
];

if (isEmbedded)
  for (const [page, title, command] of refusals)
    refuses(page, title, async () => {
      const raw = await rawConnection(fixture.uri);
      await raw.run(fixture.db.databaseName, { insert: 'c', documents: [{ a: '1' }] });
      const answer = await raw.run(fixture.db.databaseName, command);
      expect(answer).toMatchObject({ ok: 0, code: 238, codeName: 'NotImplemented' });
      raw.drop();
    });

refuses('core/numeric-types/', 'computing with Decimal128, which is kept and compared', async () => {
  const collection = fixture.db.collection('decimals');
  await collection.insertOne({ price: Decimal128.fromString('1.5') });
  expect(await collection.findOne({})).toMatchObject({ price: Decimal128.fromString('1.5') });
  await expect(collection.updateOne({}, { $inc: { price: 1 } })).rejects.toMatchObject({ code: 238 });
  const sum = collection.aggregate([{ $group: { _id: null, sum: { $sum: '$price' } } }]).toArray();
  await expect(sum).rejects.toMatchObject({ code: 238 });
});

refuses('core/index-unique/', 'a unique index over two fields of one array', async () => {
  const collection = fixture.db.collection('arrays');
  await collection.createIndex({ 'a.x': 1, 'a.y': 1 }, { unique: true });
  await expect(collection.insertOne({ a: [{ x: 1, y: 1 }] })).rejects.toMatchObject({ code: 238 });
});

refuses('core/index-partial/', 'a hint to a partial index that leaves documents out', async () => {
  const collection = fixture.db.collection('partial');
  await collection.createIndex({ a: 1 }, { name: 'some', partialFilterExpression: { a: { $gt: 5 } } });
  await expect(collection.find({}).hint('some').toArray()).rejects.toMatchObject({ code: 238 });
});

does('reference/collation/', 'the simple collation, which compares bytes, may be named', async () => {
  const collection = fixture.db.collection('simple');
  await collection.insertMany([{ a: 'b' }, { a: 'B' }]);
  expect(await collection.countDocuments({ a: 'b' }, { collation: { locale: 'simple' } })).toBe(1);
});
