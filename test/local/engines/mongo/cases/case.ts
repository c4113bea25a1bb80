import {
  type AggregateOptions,
  type Collection,
  type Db,
  type Document,
  type FindOptions,
  type MongoClient,
  MongoServerError,
  type UpdateOptions,
} from 'mongodb';
import { expect } from 'vitest';
import { freshName } from '../support.ts';

/** A document with an `_id` of any kind. */
export interface Row extends Document {
  _id?: string | number | Date | Document | null;
}

/** What the test of one case is given: a fresh collection, and where it is. */
export interface World {
  collection: Collection<Row>;
  db: Db;
  client: MongoClient;
}

/** A claim as data, so that the coverage test can run it too. The page is below the manual, or a whole address. */
export type Case = readonly [page: string, title: string, run: (world: World) => Promise<void>];

export const worldOn = (client: MongoClient, db: Db): World => ({ client, db, collection: db.collection(freshName()) });

/** Rows `{ _id: place, a: value }`; `undefined` leaves the field out. */
export const rows = (...values: unknown[]): Row[] => values.map((a, _id) => (a === undefined ? { _id } : { _id, a }));

/** Documents 1 to `count`, of two kinds. */
export const numbered = ({ collection }: World, count = 4) =>
  collection.insertMany(Array.from({ length: count }, (_, n) => ({ _id: n + 1, n: n + 1, kind: n % 2 })));

export const idsOf = (found: readonly Document[]): unknown[] => found.map(({ _id }) => _id);

/** A find that matches documents with these `_id`s, in order of `_id`. */
export const finds = (
  page: string,
  title: string,
  documents: readonly Row[],
  filter: Document,
  ids: readonly unknown[],
  options: FindOptions = {},
): Case => [
  page,
  title,
  async ({ collection }) => {
    await collection.insertMany([...documents]);
    expect(idsOf(await collection.find(filter, options).sort({ _id: 1 }).toArray())).toEqual(ids);
  },
];

/** An update of one document, compared with its fields in their order. */
export const updates = (
  page: string,
  title: string,
  before: Document,
  update: Document | Document[],
  after: Document,
  { filter = {}, ...options }: UpdateOptions & { filter?: Document } = {},
): Case => [
  page,
  title,
  async ({ collection }) => {
    await collection.insertOne({ _id: 1, ...before });
    const result = await collection.updateOne({ _id: 1, ...filter }, update, options);
    const found = await collection.findOne({ _id: 1 });
    expect(found).toEqual({ _id: 1, ...after });
    expect(JSON.stringify(found)).toBe(JSON.stringify({ _id: 1, ...after }));
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
  },
];

/** A pipeline over documents. */
export const aggregates = (
  page: string,
  title: string,
  documents: readonly Row[],
  pipeline: Document[],
  expected: readonly Document[],
  options: AggregateOptions = {},
): Case => [
  page,
  title,
  async ({ collection }) => {
    if (documents.length > 0) await collection.insertMany([...documents]);
    expect(await collection.aggregate(pipeline, options).toArray()).toEqual(expected);
  },
];

/** An error of the server, or of the first statement of a write command: its code, whatever its words. */
export const fails = (
  page: string,
  title: string,
  run: (world: World) => Promise<unknown>,
  ...codes: number[]
): Case => [page, title, async (world) => expect(await codeOf(run(world))).toBeOneOf(codes)];

async function codeOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    const given = await answer;
    return Object(given).writeErrors?.[0]?.code;
  } catch (cause) {
    if (cause instanceof MongoServerError) return cause.code;
    throw cause;
  }
}
