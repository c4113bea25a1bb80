import { brokenIn } from './experiment.ts';
import type { Result } from './results.ts';

/** One screen: a line per experiment, its control beside it, and what broke under it. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.name,
    result.layer,
    result.verdict,
    `${sum(result.sluice.map((one) => brokenIn(one).length))} broken`,
    `${result.controls.filter((one) => brokenIn(one).length > 0).length} of ${result.controls.length} fail`,
    `${sum([...result.sluice, ...result.controls].map(({ seconds }) => seconds)).toFixed(0)} s`,
    Object.entries(result.sluice[0]?.figures ?? {})
      .slice(0, 3)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ]);
  const lines = aligned([['experiment', 'layer', 'verdict', 'Sluice', 'control', 'time', 'figures'], ...rows]);
  const broken = results.flatMap(({ name, sluice }) =>
    sluice.flatMap((one) =>
      [...brokenIn(one), ...(one.evidence ?? [])].map((line) => `  ${name}, seed ${one.seed}: ${line}`),
    ),
  );
  const idle = results
    .filter(({ verdict }) => verdict === 'proves nothing')
    .map(({ name }) => `  ${name}: its control did not fail in every seed, so it proves nothing`);
  return [...lines, ...broken, ...idle].join('\n');
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
