import { type Broken, ofModel } from './protocol-mutant.ts';

const pipeline = 'test/lib/ingest/ingest.test.ts';
const scripts = 'test/lib/adapters/redis/claims.contract.test.ts';

const broken: Broken[] = [
  {
    name: 'publication-outlives-claim',
    decision: 'publish-before-the-claim-ends',
    file: 'lib/ingest/ingest.ts',
    search: 'const PUBLISH_MS = CLAIM_MS - 1000;',
    replace: 'const PUBLISH_MS = CLAIM_MS * 2;',
    caughtBy: pipeline,
    title: 'under its own publication',
  },
  {
    name: 'no-fingerprint-in-claim',
    file: 'lib/ingest/claim.ts',
    search: "return found.fingerprint === fingerprint ? 'known' : idReused(id);",
    replace: "return 'known';",
    caughtBy: pipeline,
    title: 'is 422 with another payload',
  },
  {
    name: 'tokens-go-by-position',
    file: 'lib/ingest/claim.ts',
    search: 'const over = new Set(fresh.slice(allowance.events));',
    replace: "const over = new Set(judged.slice(allowance.events).filter(({ verdict }) => verdict === 'mine'));",
    caughtBy: pipeline,
    title: 'an array that is repeated gets through',
  },
  {
    name: 'unused-tokens-stay-taken',
    file: 'lib/ingest/ingest.ts',
    search: '    cost.charge.giveBack({ events: unused }),\n',
    replace: '',
    caughtBy: pipeline,
    title: 'an array that is repeated gets through',
  },
  {
    name: 'one-token-given-back',
    file: 'lib/adapters/redis/rate-limit.ts',
    search: 'tonumber(storedRest) - tokens * window',
    replace: 'tonumber(storedRest) - window',
    caughtBy: 'test/lib/adapters/redis/rate-limit.contract.test.ts',
    title: 'gives back exactly',
  },
  {
    name: 'failed-list-ignored',
    file: 'lib/adapters/sqs/send-lane.ts',
    search: 'if (failure) return judgeFailedEntry(failure);',
    replace: "if (failure) return { outcome: 'sent', again: false };",
    caughtBy: 'test/lib/adapters/sqs/faults.contract.test.ts',
    title: 'in the Failed list by its own fault',
  },
  {
    name: 'confirm-before-publish',
    file: 'lib/ingest/ingest.ts',
    search: 'const [outcomes, statuses] =',
    replace: 'await confirm(mine, ports);\n  const [outcomes, statuses] =',
    caughtBy: pipeline,
    title: 'is 409 while another request holds it',
  },
  {
    name: 'release-on-timeout',
    file: 'lib/ingest/ingest.ts',
    search: 'release(ending(isNotHeld), ports)',
    replace: "release(ending((outcome) => outcome !== 'sent'), ports)",
    caughtBy: pipeline,
    title: 'publish whose answer was lost',
  },
  {
    name: 'release-without-owner',
    file: 'lib/adapters/redis/claims.ts',
    search: 'if not standing or string.sub(standing, 2, 23) ~= ARGV[1] then return 0 end',
    replace: 'if not standing then return 0 end',
    caughtBy: scripts,
    title: 'for its owner only',
  },
  {
    name: 'confirm-without-owner',
    file: 'lib/adapters/redis/claims.ts',
    search: 'if standing and string.sub(standing, 2, 23) ~= ARGV[1] then return 0 end',
    replace: '',
    caughtBy: scripts,
    title: "leaves another's claim",
  },
];

export const ingest = ofModel('ingest', broken);
