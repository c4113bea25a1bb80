import { GROUP_COMMIT_MUTANTS, type Mutant } from '../planned/group-commit/options.ts';
import type { Row } from './row.ts';

const NOT_DUE: readonly Mutant[] = ['copies-use-up-attempts', 'run-before-due'];
const IN_ORDER: readonly Mutant[] = ['group-goes-on-in-fall-back', 'joint-overtakes'];

const mutant = (one: Mutant): Row => ({
  kind: 'planned mutant',
  what: one,
  ...(NOT_DUE.includes(one) && { rule: 'attempts-have-a-due-time' }),
  setup: { model: 'groupCommit', options: { ordered: IN_ORDER.includes(one), mutant: one } },
});

/** The design of what is not built: handlers that commit together. */
export const planned: Row[] = [
  {
    kind: 'planned',
    what: 'group commit',
    setup: { model: 'groupCommit', options: { faults: 2 } },
    short: { model: 'groupCommit', options: { faults: 1 } },
  },
  {
    kind: 'planned',
    what: 'group commit, one attempt, three faults',
    setup: { model: 'groupCommit', options: { attempts: 1, faults: 3 } },
    short: null,
  },
  {
    kind: 'planned',
    what: 'group commit, ordered type',
    setup: { model: 'groupCommit', options: { ordered: true, faults: 3 } },
    short: { model: 'groupCommit', options: { ordered: true, faults: 2 } },
  },
  ...GROUP_COMMIT_MUTANTS.map(mutant),
];
