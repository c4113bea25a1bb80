import type { RunOffers } from '../checker/run-offers.ts';
import type { CommonOptions, Run, State } from '../together/state.ts';

export const HANDLE_BATCH_MUTANTS = [
  'keeps-part',
  'counts-attempts-of-all',
  'skips-the-thrower',
  'settles-what-holds',
  'ack-before-commit',
  'tells-before-commit',
  'lost-answer-means-done',
  'alone-without-condition',
] as const;
/** Takes a rule back: an attempt counts whatever others were counted meanwhile. */
export const COPIES = 'copies-use-up-attempts';
export type Mutant = (typeof HANDLE_BATCH_MUTANTS)[number] | typeof COPIES;

export interface Options extends CommonOptions {
  mutant: Mutant | null;
}

export type StepOffers = RunOffers<State, Run>;
export type Change = (next: State, run: Run) => void;
