import type { Mutant } from './mutant.ts';

/** What became of one mutant. */
export interface Outcome extends Pick<Mutant, 'name' | 'engine' | 'file' | 'caughtBy'> {
  /** `broken`: it no longer applies, does not load, or runs into what is not there, so that nothing is known of it. */
  fate: 'caught' | 'survived' | 'broken';
  /** The test that caught it. */
  test?: string;
  /** Whether it was an assertion of that test that failed, and not an error or its time. */
  asserted?: boolean;
  /** What that test said, or why it is broken. */
  message?: string;
  ms: number;
}

/** One test file without a fault, on the tests that its mutants are caught by. */
export interface Control {
  file: string;
  passed: boolean;
  message?: string;
}

export interface Report {
  mutants: Outcome[];
  controls: Control[];
  ms: number;
}
