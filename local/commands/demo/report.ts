import { type Effects, estimated, tolerance } from './effects.ts';
import { columns, type Latency, type Table } from './tally.ts';

export interface Report {
  ok: boolean;
  seconds: number;
  events: number;
  types: Record<string, Record<(typeof columns)[number], number> & { latency?: Latency }>;
  effects: Effects;
  topProducts: { member: string; score: number }[];
  /** What is not as it was sent; empty when all is right. */
  differences: string[];
}

/** Every cell and every effect that differs from what was sent. */
export function differences(wanted: Table, got: Table, wantedEffects: Effects, gotEffects: Effects): string[] {
  const types = [...new Set([...wanted.keys(), ...got.keys()])].sort();
  const cells = types.flatMap((type) =>
    columns.flatMap((column) => {
      const [want, is] = [wanted.get(type)?.[column] ?? 0, got.get(type)?.[column] ?? 0];
      return want === is ? [] : [`${type}: ${is} ${column} instead of ${want}`];
    }),
  );
  return [...cells, ...effectDifferences(wantedEffects, gotEffects)];
}

export const effectDifferences = (wanted: Effects, got: Effects): string[] =>
  Object.entries(wanted).flatMap(([name, want]) => {
    const is = got[name] ?? 0;
    return Math.abs(is - want) <= tolerance(name, want) ? [] : [`${name}: ${is} instead of ${want}`];
  });

/** The report for a person. */
export function printed({ ok, seconds, events, types, effects, topProducts, differences: wrong }: Report): string {
  const head = ['event type', ...columns, 'p50 ms', 'p99 ms', 'measured'];
  const rows = Object.entries(types).map(([type, { latency, ...counts }]) => [
    type,
    ...columns.map((column) => String(counts[column])),
    ...(latency ? [latency.p50, latency.p99, latency.measured].map(String) : ['', '', '']),
  ]);
  const effectRows = Object.entries(effects).map(([name, value]) => [
    name,
    `${estimated.has(name) ? '~' : ''}${value}`,
  ]);
  return [
    table([head, ...rows]),
    'Latency is from POST to settled, as the clients saw it that waited.',
    '',
    'What the events left behind',
    table(effectRows),
    '',
    `Top products of all time (Redis): ${topProducts.map(({ member, score }) => `${member} ${score}`).join(', ')}`,
    '',
    ok
      ? `All ${events} events became what they had to become, each effect once, in ${seconds} s.`
      : ['Not as it was sent:', ...wrong.slice(0, 20).map((line) => `  ${line}`)].join('\n'),
    ...(wrong.length > 20 ? [`  and ${wrong.length - 20} more`] : []),
  ].join('\n');
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}
