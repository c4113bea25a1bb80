import type { CommonOptions } from '../../together/state.ts';

export const GROUP_COMMIT_MUTANTS = [
  'copies-use-up-attempts',
  'run-before-due',
  'joint-keeps-part',
  'joint-counts-attempt',
  'joint-skips-thrower',
  'joint-settles-what-holds',
  'ack-before-commit',
  'tells-before-commit',
  'lost-answer-means-done',
  'single-after-joint-without-condition',
  'group-goes-on-in-fall-back',
  'joint-overtakes',
] as const;
export type Mutant = (typeof GROUP_COMMIT_MUTANTS)[number];

export interface Options extends CommonOptions {
  mutant: Mutant | null;
}
