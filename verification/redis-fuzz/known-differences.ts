/** A difference that stays, and why. docs/local.md lists them. */
export interface KnownDifference {
  what: string;
  why: string;
  /** Whether it is what two lines of an answer differ in. */
  holds(engine: string, server: string): boolean;
}

export const knownDifferences: readonly KnownDifference[] = [];

/** Whether two lines may differ. */
export const isKnown = (engine: string, server: string): boolean =>
  knownDifferences.some(({ holds }) => holds(engine, server));
