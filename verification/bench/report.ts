import { table } from '../../deploy/table.ts';
import { isMeasured, isReached, type Outcome, type Row } from './row.ts';

/** A row with what a run showed of it, for programs. */
export interface Reported {
  name: string;
  now: number | null;
  /** What the value is to be at most, or at least where `better` is `more`. */
  goal: number | null;
  better: 'less' | 'more' | null;
  unit: Row['unit'];
  /** The median; null where nothing was measured. */
  value: number | null;
  min: number | null;
  max: number | null;
  /** How many figures, or pairs of turns, it is the median of. */
  count: number;
  /** null where there is nothing to reach, or nothing was measured. */
  reached: boolean | null;
  note?: string;
  leftOut?: string;
}

/** Puts a row and its outcome together. @param outcome absent: nobody told one, which is a fault of its group and is said */
export function reported({ name, now, goal, unit }: Row, outcome: Outcome | undefined): Reported {
  const limit = goal === null ? null : 'atMost' in goal ? goal.atMost : goal.atLeast;
  const better = goal === null ? null : 'atMost' in goal ? 'less' : 'more';
  const row = { name, now, goal: limit, better, unit } as const;
  const nothing = { value: null, min: null, max: null, count: 0, reached: null };
  if (outcome === undefined) return { ...row, ...nothing, leftOut: 'its group told nothing of it' };
  if (!isMeasured(outcome)) return { ...row, ...nothing, leftOut: outcome.leftOut };
  const { median: value, min, max, count, note } = outcome;
  return { ...row, value, min, max, count, reached: isReached(goal, value), ...(note !== undefined && { note }) };
}

/** Three digits that mean something: `0.67`, `14.7`, `1200` */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(digits, 20))));
}

const goalText = ({ goal, better }: Reported): string =>
  goal === null ? '-' : `${better === 'more' ? '>=' : '<='} ${figure(goal)}`;
const orDash = (value: number | null): string => (value === null ? '-' : figure(value));
const spread = ({ min, max }: Reported): string =>
  min === null || max === null ? '-' : `${figure(min)} to ${figure(max)}`;
const reachedText = ({ reached }: Reported): string => (reached === null ? '-' : reached ? 'yes' : 'no');

/** The columns of a row as text, for whichever table. */
export const cellsOf = (row: Reported): string[] => [
  row.name,
  row.unit,
  orDash(row.now),
  goalText(row),
  orDash(row.value),
  spread(row),
  String(row.count),
  reachedText(row),
];
export const columns = ['', 'in', 'now', 'goal', 'value', 'min to max', 'of', 'reached'];

/** The table for a terminal, and below it why some rows have no figure. */
export function printed(rows: readonly Reported[]): string {
  const missing = rows.flatMap(({ name, leftOut }) => (leftOut === undefined ? [] : [`left out: ${name}: ${leftOut}`]));
  return [table([columns, ...rows.map(cellsOf)]), ...missing].join('\n');
}
