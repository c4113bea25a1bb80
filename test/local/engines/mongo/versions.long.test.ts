import { test } from 'vitest';
import { expectSnapshots } from './random-transactions.ts';

test.each(Array.from({ length: 300 }, (_, seed) => seed + 316))(
  'random transactions see their snapshots and their own writes, by index and by scan (seed %i)',
  expectSnapshots,
);
