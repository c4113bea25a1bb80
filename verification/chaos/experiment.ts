import type { Patch } from '../mutants/mutant.ts';

/** `sluice`: as it is deployed. `control`: the naive way, which must break what the experiment is about. */
export type Arm = 'sluice' | 'control';

/** `full`: the figures of docs/guarantees.md. `short`: the same in seconds, part of `npm run test:long`. */
export type Size = 'full' | 'short';

export interface Run {
  arm: Arm;
  size: Size;
  seed: number;
  /** Servers that are named or found on this machine before the embedded engines. */
  real: boolean;
  /** Says how far it is; shown while it runs. */
  progress(text: string): void;
}

/** What one run of one arm found. */
export interface Findings {
  /** By name, how often the promise was broken: all 0, or it is. */
  violations: Readonly<Record<string, number>>;
  /** What was measured besides, with its unit in the name. */
  figures: Readonly<Record<string, number | string>>;
  /** By name, what was gone through one by one. */
  lists?: Readonly<Record<string, readonly string[]>>;
  /** What answered. */
  engines: { mongodb?: string; redis?: string; sqs?: string };
  /** The first few of what was broken, one line each. */
  evidence?: readonly string[];
}

export interface Experiment {
  /** As the command line knows it. */
  name: string;
  /** What is shown, in one sentence. */
  shows: string;
  /** Of docs/guarantees.md. */
  promises: readonly `P${number}`[];
  layer: 'whole path' | 'functions' | 'seeded scheduler';
  /** The naive way: what it is, and the patches that make Sluice do it. Arms share everything else. */
  control: { is: string; patches: readonly Patch[] };
  /** Patches of both arms, which only write down what cannot be seen from outside. */
  instruments?: readonly Patch[];
  /** Runs in a copy of the project that the arm's patches are applied to. @throws when the experiment itself could not be carried out */
  run(run: Run): Promise<Findings>;
}

export type Verdict = 'holds' | 'broken' | 'proves nothing';

/** One arm with one seed, as it ended. */
export interface Ended extends Findings {
  seed: number;
  seconds: number;
}

export const brokenIn = ({ violations }: Findings): string[] =>
  Object.entries(violations).flatMap(([name, count]) => (count === 0 ? [] : [`${name}: ${count}`]));

/** A control that does not fail shows that the experiment could not have seen the fault either. */
export function verdictOf(sluice: readonly Findings[], controls: readonly Findings[]): Verdict {
  if (sluice.some((one) => brokenIn(one).length > 0)) return 'broken';
  return controls.every((one) => brokenIn(one).length > 0) ? 'holds' : 'proves nothing';
}
