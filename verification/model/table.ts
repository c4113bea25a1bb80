import { isExpected, type Kind, mustHold, type Result, type Row } from './rows/row.ts';

const TITLES: Readonly<Record<Kind, string>> = {
  scenario: 'The protocol as it is built: must hold',
  known: 'Known: does not hold as it is built',
  rule: 'Rules of docs/protocol.md, taken back: must break',
  mutant: 'Steps done wrong: must be caught',
};
const KINDS: readonly Kind[] = ['scenario', 'known', 'rule', 'mutant'];

export interface Looked {
  row: Row;
  result: Result;
}

/**
 * A report for eyes, one part per kind of row. @param traces whether counterexamples are shown; of surprises they are
 * in any case
 */
export function tableOf(looked: readonly Looked[], traces: boolean): string {
  const parts = KINDS.flatMap((kind) => {
    const some = looked.filter(({ row }) => row.kind === kind);
    return some.length === 0 ? [] : [['', TITLES[kind], ...some.flatMap((one) => linesOf(one, traces))]];
  });
  return [...parts.flat(), '', summaryOf(looked)].join('\n');
}

/** One line for one row. */
export function lineOf({ row, result }: Looked): string {
  const { states, seconds, broken } = result;
  const name = (row.rule && row.kind !== 'known' ? `${row.rule}: ${row.what}` : row.what).padEnd(WIDTH);
  const size = `${String(states).padStart(9)} states ${seconds.toFixed(1).padStart(6)} s`;
  const verdict = isExpected(row, result) ? '' : mustHold(row) ? 'BROKEN ' : 'NOT AS EXPECTED ';
  return `  ${name} ${size}  ${verdict}${endOf(result)}${broken ? ` (${broken.trace.length} steps)` : ''}`;
}

const WIDTH = 76;

function endOf({ broken, complete, atRest }: Result): string {
  if (broken) return broken.property;
  if (!complete) return 'not searched to its end';
  return atRest > 0 ? 'holds' : 'never comes to rest';
}

function linesOf(one: Looked, traces: boolean): string[] {
  const { broken } = one.result;
  const shown = broken && (traces || !isExpected(one.row, one.result)) ? broken.trace : [];
  return [lineOf(one), ...shown.map((step, index) => `      ${index + 1}. ${step}`)];
}

function summaryOf(looked: readonly Looked[]): string {
  const holding = looked.filter(({ row }) => mustHold(row));
  const states = holding.reduce((sum, { result }) => sum + result.states, 0);
  const steps = holding.reduce((sum, { result }) => sum + result.steps, 0);
  const count = (kind: Kind) => {
    const some = looked.filter(({ row }) => row.kind === kind);
    return `${some.filter(({ row, result }) => isExpected(row, result)).length}/${some.length}`;
  };
  return [
    `${states} states and ${steps} steps in ${holding.length} scenarios.`,
    `As expected: scenarios ${count('scenario')}, known ${count('known')}, rules ${count('rule')} and ` +
      `mutants ${count('mutant')}.`,
  ].join('\n');
}
