import type { Document } from 'mongodb';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { freshName, mongo } from './support.ts';

const { does } = claims('mongo', 'indexes');
const fixture = mongo();

does(
  'tutorial/sort-results-with-indexes/',
  'an index sorts upwards and downwards, whatever its own direction',
  async () => {
    const collection = fixture.db.collection<Document>(freshName());
    await collection.createIndex({ kind: 1, n: -1, m: 1 });
    await collection.insertMany([2, 0, 1].map((n) => ({ kind: 'a', n, m: -n })));
    const sorted = async (sort: Record<string, 1 | -1>) =>
      (await collection.find({ kind: 'a' }).sort(sort).toArray()).map(({ n }) => n);
    expect(await sorted({ n: -1 })).toEqual([2, 1, 0]);
    expect(await sorted({ n: 1 })).toEqual([0, 1, 2]);
    expect(await sorted({ n: 1, m: -1 })).toEqual([0, 1, 2]);
    expect(await sorted({ kind: -1, n: 1, m: -1 })).toEqual([0, 1, 2]);
  },
);
