import type { Mutant } from '../mutant.ts';

const replaying = 'test/lib/failures/replay/replay.contract.test.ts';
const grown = 'keeps the last 50 attempts';

const taken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a failure keeps every attempt',
    file: 'lib/adapters/mongo/failures.ts',
    search: '$push: { attempts: { $each: attempts, $slice: -KEPT_ATTEMPTS } },',
    replace: '$push: { attempts: { $each: attempts } },',
    caughtBy: replaying,
    title: grown,
  },
  {
    name: 'attempts that are left out are forgotten',
    file: 'lib/core/attempts.ts',
    search: 'Math.max(attempted, attempts.length)',
    replace: 'attempts.length',
    caughtBy: 'test/lib/core/attempts.test.ts',
    title: 'the last 50 are kept',
  },
  {
    name: 'a list carries attempts',
    file: 'lib/http/get-failures.ts',
    search: '...summaryOfFailure(failure) }),',
    replace: '...viewOfFailure(failure) }),',
    caughtBy: 'test/lib/http/get-failures.test.ts',
    title: 'passes its filters on and pages',
  },
  {
    name: 'a record keeps every attempt',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: '$each: [...attempts], $slice: -KEPT_ATTEMPTS }',
    replace: '$each: [...attempts] }',
    caughtBy: 'test/lib/consume/consume.contract.test.ts',
    title: 'a record keeps its last 50 attempts',
  },
  {
    name: 'close names are looked for however many a request has',
    file: 'lib/core/close-names.ts',
    search: 'if (before || found.size === MOST_NAMES) return',
    replace: 'if (before) return',
    caughtBy: 'test/lib/core/close-names.test.ts',
    title: 'no more than twenty',
  },
];

/** What grows without bound. */
export const growth: readonly Mutant[] = taken.map((one) => ({ ...one, engine: 'growth' }));
