/** What is measured, and how good it is to be. */
export interface Row {
  /** In words of no domain; unique among all rows. */
  name: string;
  /** As it was measured at the commit that the arm "today" is of; null where nobody had measured it. */
  now: number | null;
  /** null: a figure to know, and nothing to reach. */
  goal: Goal | null;
  /** `times`, where it is a ratio. */
  unit: 'times' | 'an event' | 'a core' | 'a second' | 'MB' | '$ a million';
}
export type Goal = { atMost: number } | { atLeast: number };

/** What a run showed of a row. */
export interface Measured {
  median: number;
  min: number;
  max: number;
  /** How many figures, or pairs of arms that took turns, these are of. */
  count: number;
  /** What a reader must know beside the figure. */
  note?: string;
}
/** Why a row has no figure. */
export interface LeftOut {
  leftOut: string;
}

export type Outcome = Measured | LeftOut;

export const isMeasured = (outcome: Outcome): outcome is Measured => 'median' in outcome;

/** Whether a figure is as good as it is to be; null where there is nothing to reach. */
export function isReached(goal: Goal | null, value: number): boolean | null {
  if (goal === null) return null;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
