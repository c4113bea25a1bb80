import type { Collection, Document } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMongo } from '../../../../local/engines/mongo/server.ts';
import { cpuMs } from '../../../support/cpu-time.ts';
import { freshName, mongo } from './support.ts';

const fixture = mongo();
/** A figure that is so many times over what was expected is a fault, and not a busy machine. */
const BEYOND = 10;
const MANY = 100_000;

/**
 * Milliseconds of processor time of each turn, of client and engine together: on a machine that does nothing else a turn takes about
 * as long, and on a busy one not much longer.
 */
async function measured(turns: number, work: (turn: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < turns; turn++) took.push(await cpuMs(() => work(turn)));
  return took;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const shown = (name: string, ms: number): void => console.log(`${name}: ${ms.toFixed(3)} ms`);

test('the second 10,000 of 20,000 single inserts take about as long as the first', async () => {
  const collection = fixture.db.collection<Document>(freshName());
  await collection.createIndex({ tenant: 1, at: -1 });
  await collection.createIndex({ key: 1 }, { unique: true });
  const insert = (turn: number) =>
    collection.insertOne({ tenant: `t${turn % 7}`, at: new Date(turn), key: `${(turn * 7919) % 20_011}` });
  await measured(500, (turn) => fixture.db.collection<Document>('warm').insertOne({ turn }));
  const first = await measured(10_000, insert);
  const second = await measured(10_000, (turn) => insert(10_000 + turn));
  shown('insert, median of the first 10,000', median(first));
  shown('insert, median of the second 10,000', median(second));
  expect(median(second) / median(first)).toBeLessThan(BEYOND);
  expect(sum(second) / sum(first)).toBeLessThan(BEYOND);
});

let items: Collection<Document>;
let heapBefore = 0;

beforeAll(async () => {
  items = fixture.db.collection<Document>(freshName());
  await items.createIndex({ part: 1 });
  heapBefore = process.memoryUsage().heapUsed;
  for (let part = 0; part < 10; part++)
    await items.insertMany(
      Array.from({ length: MANY / 10 }, (_, at) => {
        const n = part * (MANY / 10) + at;
        return { _id: n as never, part: `part-${n % (MANY / 2)}`, n, name: 'a name of some length', tags: ['a', 'b'] };
      }),
    );
});
afterAll(async () => {
  await items.drop();
});

test('among 100,000 documents a find by an indexed field takes some 2 ms at most', async () => {
  const perDocument = (process.memoryUsage().heapUsed - heapBefore) / MANY;
  console.log(`memory: about ${Math.round(perDocument)} bytes a document of two indexes`);
  const took = await measured(300, (turn) => items.find({ part: `part-${turn * 37}` }).toArray());
  shown('find by index', median(took));
  expect(median(took)).toBeLessThan(2 * BEYOND);
  const page = await measured(100, (turn) =>
    items
      .find({ _id: { $lt: 90_000 - turn } as never })
      .sort({ _id: -1 })
      .limit(20)
      .toArray(),
  );
  shown('a page of 20 by order of an index', median(page));
  expect(median(page)).toBeLessThan(2 * BEYOND);
});

test('among 100,000 documents an update of one by _id takes some 1 ms at most, in a transaction too', async () => {
  const update = (turn: number, options = {}) =>
    items.updateOne({ _id: ((turn * 491) % MANY) as never }, { $inc: { n: 1 } }, options);
  const plain = await measured(300, (turn) => update(turn));
  shown('update by _id', median(plain));
  expect(median(plain)).toBeLessThan(1 * BEYOND);
  const session = fixture.client.startSession();
  session.startTransaction();
  const inside = await measured(300, (turn) => update(turn + 1000, { session }));
  await session.commitTransaction();
  await session.endSession();
  shown('update by _id in a transaction', median(inside));
  expect(median(inside)).toBeLessThan(1 * BEYOND);
});

test('a transaction of three writes takes some 1 ms at most', async () => {
  const collection = await fixture.db.createCollection<Document>(freshName());
  await collection.insertMany([
    { _id: 1 as never, n: 0 },
    { _id: 2 as never, n: 0 },
  ]);
  const session = fixture.client.startSession();
  const took = await measured(300, (turn) =>
    session.withTransaction(async () => {
      await collection.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
      await collection.updateOne({ _id: 2 as never }, { $inc: { n: -1 } }, { session });
      await collection.insertOne({ turn }, { session });
    }),
  );
  await session.endSession();
  expect(await collection.findOne({ _id: 1 as never })).toMatchObject({ n: 300 });
  shown('a transaction of three writes', median(took));
  expect(median(took)).toBeLessThan(1 * BEYOND);
});

test('an engine that is empty starts in a moment', async () => {
  const took = await measured(5, async () => (await startMongo()).stop());
  shown('start and stop', median(took));
  expect(median(took)).toBeLessThan(50 * BEYOND);
});
