import { type Broken, ofModel } from './protocol-mutant.ts';

const adapter = 'test/lib/adapters/redis/results.contract.test.ts';
const outcomes = 'lib/adapters/redis/outcomes.ts';

/** What callers are told of an event. */
const broken: Broken[] = [
  {
    name: 'bare-claim-answers-accepted',
    decision: 'D7',
    file: 'lib/results/results.ts',
    search: 'if (!stored.answered || !stored.value) throw unavailable(asked.id, log, cause);',
    replace:
      'const bare = await attempt(() => claims.read(key));\n  if (stored.answered && !stored.value && bare.answered && bare.value) return viewOfClaim(asked.tenant, asked, bare.value);\n  if (!stored.answered || !stored.value) throw unavailable(asked.id, log, cause);',
    caughtBy: 'test/lib/results/results.test.ts',
    title: '\\[D7\\]',
  },
  {
    name: 'claim-keeps-no-outcome',
    decision: 'D7',
    file: outcomes,
    search: 'stored, deduplicationMs, settled,',
    replace: 'stored, SETTLED_MS, settled,',
    caughtBy: adapter,
    title: '\\[D7\\]',
  },
  {
    name: 'result-stored-blindly',
    decision: 'D8',
    file: outcomes,
    search: 'if newest == mine then',
    replace: 'if true then',
    caughtBy: adapter,
    title: '\\[D8\\] writes over not a higher replay',
  },
];

export const status = ofModel('consumer', broken);
