import { randomUUID } from 'node:crypto';
import { Long } from 'bson';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { beginTransaction } from '../../../../lib/adapters/mongo/transaction.ts';
import type { Message } from '../../../../lib/core/message.ts';
import type { Settlement, Transaction } from '../../../../lib/ports/transaction.ts';
import type { Collection } from '../../../../lib/sdk/collection.ts';
import { DuplicateKeyError } from '../../../../lib/sdk/errors.ts';
import { testEngines } from '../../../support/engines.ts';

interface Item {
  part: string;
  stock: number;
  tags?: string[];
}

const engines = await testEngines();
const connection = connectMongo({
  uri: engines.mongoUri,
  database: `test-${randomUUID().slice(0, 8)}`,
  timeoutMs: 60_000,
});
await setupDatabase(connection.db, { items: { unique: [['part']] } });
afterAll(async () => {
  await connection.db.dropDatabase();
  await connection.close();
  await engines.stop();
});

const raw = connection.db.collection('items');
beforeEach(async () => {
  await raw.deleteMany({});
  await raw.insertMany([
    { tenant: 'mine', part: 'a', stock: 1 },
    { tenant: 'mine', part: 'b', stock: 2 },
    { tenant: 'theirs', part: 'a', stock: 100 },
    { tenant: 'theirs', part: 'c', stock: 300 },
  ]);
});

const theirs = () =>
  raw
    .find({ tenant: 'theirs' }, { projection: { _id: 0 } })
    .sort({ part: 1 })
    .toArray();
const begin = () => beginTransaction(connection, 'mine', 45, () => 5000);

/** A transaction ends by settling an event; here any will do. */
const anyOutcome = (): Settlement => ({
  key: randomUUID(),
  message: anyMessage,
  outcome: 'succeeded',
  attempt: { at: anyMessage.time, outcome: 'succeeded' },
});
const anyMessage: Message = {
  version: 1,
  tenant: 'mine',
  id: '1',
  source: '/s',
  type: 'test.happened',
  time: '2026-01-01T00:00:00Z',
  recordedtime: '2026-01-01T00:00:00.000Z',
  extensions: {},
  data: {},
  fingerprint: 'f',
  replay: 0,
  schema: 's',
};

/** Runs work in a transaction and commits it. */
async function inTransaction<Value>(
  work: (items: Collection<Item>, transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  const transaction = begin();
  try {
    const value = await work(transaction.collection<Item>('items'), transaction);
    expect(await transaction.settle([anyOutcome()])).toBe('settled');
    return value;
  } finally {
    await transaction.abort();
  }
}

describe('P8: a handler cannot reach another tenant', () => {
  test.each<[name: string, work: (items: Collection<Item>) => Promise<unknown>, expected: unknown]>([
    [
      'find',
      (items) => items.find({}, { sort: { part: 1 } }),
      [
        { part: 'a', stock: 1 },
        { part: 'b', stock: 2 },
      ],
    ],
    ['findOne', (items) => items.findOne({ part: 'c' }), null],
    ['findOne with $or', (items) => items.findOne({ $or: [{ part: 'c' }, { stock: 300 }] }), null],
    ['countDocuments', (items) => items.countDocuments({}), 2],
    ['distinct', async (items) => (await items.distinct('part', {})).toSorted(), ['a', 'b']],
    [
      'aggregate',
      (items) => items.aggregate([{ $group: { _id: null, all: { $sum: '$stock' } } }]),
      [{ _id: null, all: 3 }],
    ],
    [
      'updateOne',
      (items) => items.updateOne({ part: 'c' }, { $inc: { stock: 1 } }),
      { matched: 0, modified: 0, upserted: 0 },
    ],
    ['updateMany', (items) => items.updateMany({}, { $inc: { stock: 1 } }), { matched: 2, modified: 2, upserted: 0 }],
    [
      'replaceOne',
      (items) => items.replaceOne({ part: 'c' }, { part: 'd', stock: 0 }),
      { matched: 0, modified: 0, upserted: 0 },
    ],
    ['findOneAndUpdate', (items) => items.findOneAndUpdate({ part: 'c' }, { $set: { stock: 0 } }), null],
    ['deleteOne', (items) => items.deleteOne({ part: 'c' }), 0],
    ['deleteMany', (items) => items.deleteMany({}), 2],
    [
      'bulkWrite',
      (items) =>
        items.bulkWrite([
          { deleteMany: { filter: {} } },
          { updateMany: { filter: {}, update: { $set: { stock: 0 } } } },
        ]),
      { inserted: 0, matched: 0, modified: 0, upserted: 0, deleted: 2 },
    ],
  ])('%s', async (_, work, expected) => {
    expect(await inTransaction(work)).toEqual(expected);
    expect(await theirs()).toEqual([
      { tenant: 'theirs', part: 'a', stock: 100 },
      { tenant: 'theirs', part: 'c', stock: 300 },
    ]);
  });

  test('what it writes carries its tenant: inserts, upserts and replacements', async () => {
    await inTransaction(async (items) => {
      await items.insertOne({ part: 'c', stock: 3 });
      await items.updateOne({ part: 'd' }, { $set: { stock: 4 } }, { upsert: true });
      await items.replaceOne({ part: 'a' }, { part: 'a', stock: 9 });
      await items.updateOne({ part: 'b' }, [{ $set: { stock: { $add: ['$stock', 5] } } }]);
    });
    const mine = await raw
      .find({ tenant: 'mine' }, { projection: { _id: 0 } })
      .sort({ part: 1 })
      .toArray();
    expect(mine.map(({ part, stock }) => [part, stock])).toEqual([
      ['a', 9],
      ['b', 7],
      ['c', 3],
      ['d', 4],
    ]);
  });

  test('a unique index is one per tenant (protocol: bound-collections)', async () => {
    await inTransaction((items) => items.insertOne({ part: 'c', stock: 1 }));
    const refused = inTransaction((items) => items.insertOne({ part: 'a', stock: 1 }));
    await expect(refused).rejects.toMatchObject({ code: 'duplicate-key', fields: ['part'] });
    await expect(refused).rejects.toBeInstanceOf(DuplicateKeyError);
  });
});

describe('what would reach around tenant or transaction is refused, and the transaction goes on', () => {
  const misuse: [name: string, work: (items: Collection) => Promise<unknown>][] = [
    ['a filter with a tenant', (items) => items.find(Object.assign({}, { tenant: 'theirs' }))],
    ['$where', (items) => items.find({ $where: 'true' })],
    ['$function in $expr', (items) => items.find({ $expr: { $function: { body: 'x', args: [], lang: 'js' } } })],
    [
      '$lookup',
      (items) => items.aggregate([{ $lookup: { from: 'items', localField: 'part', foreignField: 'part', as: 'all' } }]),
    ],
    ['$unionWith', (items) => items.aggregate([{ $unionWith: 'items' }])],
    [
      '$graphLookup',
      (items) =>
        items.aggregate([
          {
            $graphLookup: {
              from: 'items',
              startWith: '$part',
              connectFromField: 'part',
              connectToField: 'part',
              as: 'all',
            },
          },
        ]),
    ],
    [
      '$lookup inside $facet',
      (items) => items.aggregate([{ $facet: { all: [{ $lookup: { from: 'items', pipeline: [], as: 'all' } }] } }]),
    ],
    ['$out', (items) => items.aggregate([{ $out: 'stolen' }])],
    ['$merge', (items) => items.aggregate([{ $merge: 'items' }])],
    ['an insert with _id', (items) => items.insertOne(Object.assign({ part: 'x', stock: 1 }, { _id: 'mine' }))],
    ['$set of tenant', (items) => items.updateOne({ part: 'a' }, { $set: Object.assign({}, { tenant: 'theirs' }) })],
    ['$unset of tenant', (items) => items.updateOne({ part: 'a' }, { $unset: Object.assign({}, { tenant: '' }) })],
    ['$rename to tenant', (items) => items.updateOne({ part: 'a' }, { $rename: { part: 'tenant' } })],
    ['an update without operators', (items) => items.updateOne({ part: 'a' }, Object.assign({}, { stock: 1 }))],
    ['an unknown option', (items) => items.find({}, { readPreference: 'secondary' })],
    [
      'a write concern of its own',
      (items) => items.updateOne({ part: 'a' }, { $set: { stock: 1 } }, { writeConcern: { w: 0 } }),
    ],
    ['a bulkWrite of another name', (items) => items.bulkWrite([Object.assign({}, { dropCollection: {} }) as never])],
  ];

  test.each(misuse)('%s', async (_, work) => {
    const left = await inTransaction(async (items, transaction) => {
      await expect(work(transaction.collection('items'))).rejects.toMatchObject({ code: 'collection-misused' });
      return items.countDocuments({});
    });
    expect(left).toBe(2);
  });

  test('what is no plain object is a value', async () => {
    await inTransaction(async (_, transaction) => {
      const items = transaction.collection('items');
      expect(await items.find({ part: /a|b/, tags: { $exists: false } })).toHaveLength(2);
      expect(await items.find({ stock: Long.fromNumber(2) })).toMatchObject([{ part: 'b' }]);
    });
  });

  test('a pipeline update cannot move a document to another tenant', async () => {
    await inTransaction((items) =>
      items.updateOne({ part: 'a' }, [{ $replaceWith: { $mergeObjects: ['$$ROOT', { tenant: 'theirs', stock: 7 }] } }]),
    );
    expect(await raw.findOne({ tenant: 'mine', part: 'a' })).toMatchObject({ stock: 7 });
    expect(await theirs()).toHaveLength(2);
  });

  test('entry 9: nothing to do is nothing to do', async () => {
    await inTransaction(async (items) => {
      await items.insertMany([]);
      expect(await items.bulkWrite([])).toEqual({ matched: 0, modified: 0, upserted: 0, inserted: 0, deleted: 0 });
      expect(await items.updateOne({ part: 'a' }, {})).toEqual({ matched: 1, modified: 0, upserted: 0 });
      await items.insertOne({ part: 'c', stock: 3 });
    });
    expect(await raw.countDocuments({ tenant: 'mine' })).toBe(3);
  });

  test('entry 8: what is changed after it was given is sent as it was', async () => {
    await inTransaction(async (items) => {
      const item = { part: 'c', stock: 3 };
      const inserted = items.insertOne(item);
      item.stock = 4;
      await inserted;
    });
    expect(await raw.findOne({ part: 'c', tenant: 'mine' })).toMatchObject({ stock: 3 });
  });

  test('entry 9: a document without a field that is unique is refused', async () => {
    const refused = inTransaction((_, transaction) => transaction.collection('items').insertOne({ stock: 1 }));
    await expect(refused).rejects.toMatchObject({ code: 'document-refused', retryable: false });
    const unset = inTransaction((_, transaction) =>
      transaction.collection('items').updateOne({ part: 'a' }, { $unset: { part: '' } }),
    );
    await expect(unset).rejects.toThrow('items: a document must have every field that is declared unique');
  });
});

describe('the transaction', () => {
  test('operations issued together run one after another', async () => {
    const results = await inTransaction((items) =>
      Promise.all(Array.from({ length: 10 }, () => items.updateOne({ part: 'a' }, { $inc: { stock: 1 } }))),
    );
    expect(results).toHaveLength(10);
    expect(await raw.findOne({ tenant: 'mine', part: 'a' })).toMatchObject({ stock: 11 });
  });

  test('what was aborted left nothing, and the collection is closed', async () => {
    const transaction = begin();
    const items = transaction.collection<Item>('items');
    await items.insertOne({ part: 'x', stock: 1 });
    await transaction.abort();
    expect(await raw.countDocuments({ part: 'x' })).toBe(0);
    await expect(items.insertOne({ part: 'y', stock: 1 })).rejects.toMatchObject({ code: 'transaction-over' });
  });

  test('two writers of one document: the second is told to run again', async () => {
    const [first, second] = [begin(), begin()];
    await first.collection<Item>('items').updateOne({ part: 'a' }, { $inc: { stock: 1 } });
    await expect(
      second.collection<Item>('items').updateOne({ part: 'a' }, { $inc: { stock: 1 } }),
    ).rejects.toMatchObject({ code: 'transient' });
    expect(second.failure).toMatchObject({ code: 'transient' });
    expect(await first.settle([anyOutcome()])).toBe('settled');
    await second.abort();
    expect(await raw.findOne({ tenant: 'mine', part: 'a' })).toMatchObject({ stock: 2 });
  });

  test('reads see one moment', async () => {
    const transaction = begin();
    const items = transaction.collection<Item>('items');
    expect(await items.findOne({ part: 'a' })).toMatchObject({ stock: 1 });
    await raw.updateOne({ tenant: 'mine', part: 'b' }, { $set: { stock: 77 } });
    expect(await items.findOne({ part: 'b' })).toMatchObject({ stock: 2 });
    await transaction.abort();
  });
});
