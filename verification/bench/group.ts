import type { World } from './harness/world.ts';
import type { Outcome, Row } from './row.ts';

/** Rows that are measured together. */
export interface Group {
  /** For the command line. */
  name: string;
  /** What its rows are about, in one line. */
  shows: string;
  rows: readonly Row[];
  /** Left out of the short form: it takes minutes however small it is. */
  long?: true;
  /** Measures them. @returns an outcome for each row, by its name @throws whatever keeps them from being measured */
  run(world: World): Promise<Readonly<Record<string, Outcome>>>;
}
