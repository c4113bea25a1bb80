import { type Document, Long } from 'mongodb';
import { expect } from 'vitest';
import type { Case } from './case.ts';

/** The server ends the command with an error. */
export const refused = Symbol('refused');

/** What the expressions of the cases compute from; `$q` and `$r` are missing. */
const document: Document = {
  _id: 1,
  a: 7,
  z: 0,
  s: 'héllo',
  n: null,
  d: new Date('2026-03-05T10:20:30.456Z'),
  l: [3, 1, 2],
  o: { k: 1 },
  neg: -7.5,
  b: true,
  big: Long.fromNumber(5),
};

/** Expressions and what each gives: `undefined` leaves the field out, `refused` is an error. */
export const computes = (
  operator: string,
  what: string,
  ...pairs: (readonly [expression: unknown, expected: unknown])[]
): Case => [
  `reference/operator/aggregation/${operator}/`,
  what === '' ? `$${operator}` : `$${operator}: ${what}`,
  async ({ collection }) => {
    await collection.insertOne(document);
    const given = pairs.filter(([, expected]) => expected !== refused);
    const results = await collection
      .aggregate(given.map(([expression], at) => ({ $set: { [`result${at}`]: expression } })))
      .toArray();
    const [found = {}] = results;
    for (const [at, [expression, expected]] of given.entries())
      expect({ expression, result: found[`result${at}`] }).toEqual({ expression, result: expected });
    for (const [expression] of pairs.filter(([, expected]) => expected === refused)) {
      const answer = collection.aggregate([{ $set: { result: expression } }]).toArray();
      await expect(answer, JSON.stringify(expression)).rejects.toMatchObject({ code: expect.any(Number) });
      await expect(answer, JSON.stringify(expression)).rejects.not.toMatchObject({ code: 238 });
    }
  },
];
