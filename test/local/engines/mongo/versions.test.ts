import { test } from 'vitest';
import { expectSnapshots } from './random-transactions.ts';

test.each(Array.from({ length: 6 }, (_, seed) => seed + 301))(
  'random transactions see their snapshots and their own writes, by index and by scan (seed %i)',
  expectSnapshots,
);
