import type { Mutant } from '../mutant.ts';

/** What docs/limits.md says, and sums that Redis cannot hold. */
export const limits: readonly Mutant[] = [
  {
    name: 'a kind of key that no limit is told of',
    engine: 'limits',
    file: 'lib/adapters/redis/keys.ts',
    search: "waitKey: (eventKey) => under(eventKey, 'next'),",
    replace: "waitKey: (eventKey) => under(eventKey, 'untold'),",
    caughtBy: 'test/limits.test.ts',
    title: 'every kind of key in Redis',
  },
  {
    name: 'a collection that no limit is told of',
    engine: 'limits',
    file: 'lib/adapters/mongo/schema.ts',
    search: "    name: 'replays',",
    replace: "    name: 'untold',",
    caughtBy: 'test/limits.test.ts',
    title: 'every collection of ours',
  },
  {
    name: 'a sum beyond 64 bits is not looked for',
    engine: 'limits',
    file: 'lib/adapters/redis/apply-projection.ts',
    search: 'if fault or not standing[name] then return end',
    replace: 'if true then return end',
    caughtBy: 'test/lib/adapters/redis/projections.contract.test.ts',
    title: 'refuses for good what would leave 64 bits, of a counter',
  },
  {
    name: 'a sum is looked at command by command',
    engine: 'limits',
    file: 'lib/adapters/redis/apply-projection.ts',
    search: 'sums[sum] or totals[sum] or standing[name](key, from)',
    replace: 'standing[name](key, from)',
    caughtBy: 'test/lib/adapters/redis/projections.contract.test.ts',
    title: 'refuses for good what would leave 64 bits, of a counter',
  },
];
