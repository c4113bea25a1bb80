import { type Broken, ofModel } from './protocol-mutant.ts';

const adapter = 'test/lib/adapters/redis/results.contract.test.ts';
const outcomes = 'lib/adapters/redis/outcomes.ts';

/** What callers are told of an event. */
const broken: Broken[] = [
  {
    name: 'followed-up-to-now',
    file: 'lib/adapters/mongo/settled-events.ts',
    search: 'new Date(now - LATE_MS)',
    replace: 'new Date(now)',
    caughtBy: 'test/lib/adapters/mongo/queries.contract.test.ts',
    title: 'none missed and none twice',
  },
  {
    name: 'bare-claim-answers-accepted',
    decision: 'nothing-seems-to-go-back',
    file: 'lib/results/results.ts',
    search: 'if (!stored.answered || !stored.value) throw unavailable(asked, log, cause);',
    replace:
      'const bare = await attempt(() => claims.read(key));\n  if (stored.answered && !stored.value && bare.answered && bare.value) return viewOfClaim(asked.tenant, asked, bare.value);\n  if (!stored.answered || !stored.value) throw unavailable(asked, log, cause);',
    caughtBy: 'test/lib/results/results.test.ts',
    title: 'nothing-seems-to-go-back\\)',
  },
  {
    name: 'claim-keeps-no-outcome',
    decision: 'nothing-seems-to-go-back',
    file: outcomes,
    search: 'stored, deduplicationMs, settled,',
    replace: 'stored, SETTLED_MS, settled,',
    caughtBy: adapter,
    title: 'nothing-seems-to-go-back\\)',
  },
  {
    name: 'result-stored-blindly',
    decision: 'newest-replay-tells',
    file: outcomes,
    search: 'if newest == mine then',
    replace: 'if true then',
    caughtBy: adapter,
    title: 'writes over not a higher replay',
  },
];

export const status = ofModel('consumer', broken);
