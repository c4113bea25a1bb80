import { brokenIn } from './experiment.ts';
import { type Choice, commitOf, dateOf, enginesOf, type Result } from './results.ts';

export interface Row {
  choice: Choice;
  result: Result;
}

/** One screen: a line per result with the commit that it is of, its control beside it, and what broke under it. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ choice, result }) => [
    result.name,
    choice,
    result.verdict,
    commitOf(result),
    dateOf(result),
    `${sum(result.sluice.map((one) => brokenIn(one).length))} broken`,
    `${result.controls.filter((one) => brokenIn(one).length > 0).length} of ${result.controls.length} fail`,
    `${sum([...result.sluice, ...result.controls].map(({ seconds }) => seconds)).toFixed(0)} s`,
    enginesOf(result),
  ]);
  const head = ['experiment', 'engines', 'verdict', 'commit', 'date', 'Sluice', 'control', 'arms took', 'ran on'];
  const results = rows.map(({ result }) => result);
  const broken = results.flatMap(({ name, sluice }) =>
    sluice
      .filter((one) => brokenIn(one).length > 0)
      .flatMap((one) =>
        [...brokenIn(one), ...(one.evidence ?? [])].map((line) => `  ${name}, seed ${one.seed}: ${line}`),
      ),
  );
  const idle = results
    .filter(({ verdict }) => verdict === 'proves nothing')
    .map(({ name }) => `  ${name}: its control did not fail, so it proves nothing`);
  return [...aligned([head, ...cells]), ...broken, ...idle].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
