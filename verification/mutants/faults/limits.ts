import type { Mutant } from '../mutant.ts';

/** What docs/limits.md says. */
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
];
