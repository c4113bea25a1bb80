import { randomBytes, randomUUID } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';
import type { Group } from '../group.ts';
import { ORDINARY } from '../harness/event-folder.ts';
import { ordinary } from '../harness/events.ts';
import type { World } from '../harness/world.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, costs, type Load, sizesOf } from './contenders.ts';

const load: Load = { type: ORDINARY, size: 10, make: () => ordinary() };
const FEW = 1000;
const MANY = { full: 100_000, short: 3000 };
const AT_A_TIME = 5000;
const rows = {
  many: 'ordinary handler ×10, with 100,000 events there / with 1,000',
  index: 'ordinary handler ×10, with one index more on the records / as they are',
};

export const storedGroup: Group = {
  name: 'stored',
  shows: 'what it costs that many events are there already',
  rows: [
    { name: rows.many, now: 1, goal: { atMost: 1.1 }, unit: 'times' },
    { name: rows.index, now: null, goal: null, unit: 'times' },
  ],
  async run(world) {
    const { rounds, count } = sizesOf(world, 40);
    const few = await consumerOf(world, 'present', load, count);
    const many = await consumerOf(world, 'present', load, count);
    const indexed = await consumerOf(world, 'present', load, count);
    for (const { arm, work } of [few, many, indexed]) {
      await arm.prepare(await work());
      await arm.turn();
    }
    await fill(world, few.database, FEW);
    await fill(world, indexed.database, FEW);
    await addIndex(world, indexed.database);
    await fill(world, many.database, MANY[world.size]);
    const cost = await costs(world, { few, many, indexed }, rounds, 'events that are there');
    const filled = 'records and documents were written over again; Redis had those of the turns';
    return {
      [rows.many]: ratio(cost.many, cost.few, filled),
      [rows.index]: ratio(cost.indexed, cost.few, 'CPU of the consumer; the engine has a process of its own'),
    };
  },
};

/** One that nothing reads. */
async function addIndex({ mongoUri }: World, database: string): Promise<void> {
  const client = await new MongoClient(mongoUri).connect();
  try {
    await client.db(database).collection('events').createIndex({ tenant: 1, source: 1, recordedtime: -1 });
  } finally {
    await client.close();
  }
}

/** As many records and documents as the database is to have, each like one that a consumer has written. */
async function fill({ mongoUri, progress }: World, database: string, wanted: number): Promise<void> {
  progress(`filling a database with ${wanted} events`);
  const client = await new MongoClient(mongoUri).connect();
  try {
    const db = client.db(database);
    const records = db.collection<Document & { _id: string }>('events');
    const entries = db.collection('entries');
    const [record, entry] = [await records.findOne(), await entries.findOne()];
    if (!record || !entry) throw new Error('there is no record to write over again');
    const { _id: _, ...document } = entry;
    for (let left = wanted - (await records.countDocuments()); left > 0; left -= AT_A_TIME) {
      const count = Math.min(left, AT_A_TIME);
      await records.insertMany(
        Array.from({ length: count }, () => ({ ...record, _id: keyLike(record._id), id: randomUUID() })),
      );
      await entries.insertMany(
        Array.from({ length: count }, () => ({
          ...document,
          entry: randomUUID(),
          address: `${randomUUID()}@example.com`,
        })),
      );
    }
  } finally {
    await client.close();
  }
}

/** Another key of the same length and letters. */
const keyLike = (key: string): string => randomBytes(key.length).toString('base64url').slice(0, key.length);
