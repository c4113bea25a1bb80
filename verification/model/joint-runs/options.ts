import type { CommonOptions } from '../together/state.ts';

export const JOINT_RUN_MUTANTS = [
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
/** Take a rule back: when an attempt counts, and when one may be made. */
export const DUE_TIME_MUTANTS = ['copies-use-up-attempts', 'run-before-due'] as const;
export type Mutant = (typeof JOINT_RUN_MUTANTS)[number] | (typeof DUE_TIME_MUTANTS)[number];

export interface Options extends CommonOptions {
  mutant: Mutant | null;
}
