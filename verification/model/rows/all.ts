import { mutants } from './mutants.ts';
import type { Row } from './row.ts';
import { rules } from './rules.ts';
import { scenarios } from './scenarios.ts';

/** Everything that `npm run model` looks at. */
export const rows: readonly Row[] = [...scenarios, ...rules, ...mutants];

/** The short form: smaller scenarios, and each rule and each mutant. */
export const shortRows: readonly Row[] = rows.flatMap((row) => {
  if (row.short === null) return [];
  return row.short ? [{ ...row, setup: row.short }] : [row];
});
