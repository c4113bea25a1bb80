import type { Outcome, Report } from '../report.ts';
import { endOf } from '../table.ts';
import type { ProtocolMutant } from './protocol-mutant.ts';

const heads = ['name', 'model', 'decision', 'caught by', 'verdict'];

/** So much of a title says which it is. */
const TITLE = 72;

/** A report for eyes: a line for each rule that was broken. */
export function protocolTable(mutants: readonly ProtocolMutant[], report: Report): string {
  const decisions = new Map(mutants.map(({ name, decision }) => [name, decision ?? '']));
  const rows = report.mutants.map((outcome) => [
    outcome.name,
    outcome.engine,
    decisions.get(outcome.name) ?? '',
    testOf(outcome),
    verdictOf(outcome),
  ]);
  const widths = heads.map((head, column) =>
    Math.max(...[head, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const lines = [heads, ...rows].map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', ...endOf(report)].join('\n');
}

function testOf({ test, caughtBy }: Outcome): string {
  const title = test?.split(' > ').at(-1) ?? caughtBy;
  return title.length > TITLE ? `${title.slice(0, TITLE - 1)}…` : title;
}

function verdictOf({ fate, asserted, message }: Outcome): string {
  if (fate === 'survived') return 'SURVIVED';
  if (fate === 'broken') return `BROKEN: ${message}`;
  return asserted ? 'caught' : `NO ASSERTION: ${message}`;
}
