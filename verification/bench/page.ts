import { cellsOf, columns, type Reported } from './report.ts';

/** What the page says of a run beside its rows. */
export interface Setting {
  /** `ca459ad`, and whether files were otherwise. */
  commit: string;
  /** ISO day. */
  day: string;
  engines: string;
  machine: string;
}

export const BEGIN = '<!-- figures: written by `npm run bench -- --write` -->\n';
export const END = '<!-- figures: end -->';

/** The part of docs/performance.md that a run writes. */
export function figuresOf(rows: readonly Reported[], { commit, day, engines, machine }: Setting): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const notes = rows.flatMap(({ name, note, leftOut }) =>
    [note, leftOut && `left out: ${leftOut}`].flatMap((text) => (text ? [`- *${name}*: ${text}`] : [])),
  );
  return [
    `Of commit \`${commit}\`, on ${day}: ${machine}; ${engines}.`,
    '',
    line(columns.map((column) => column || 'what')),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(cellsOf(row))),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

/** The page with these figures in the place of those that it has. @throws Error when it has lost the marks of them */
export function withFigures(page: string, figures: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to < from) throw new Error('docs/performance.md has lost the marks of what is written into it');
  return `${page.slice(0, from)}${BEGIN}\n${figures}\n\n${page.slice(to)}`;
}
