/** A table of Markdown. @param rows cells as text; the first row is the head */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...rest] = rows;
  return [head, head.map(() => '---'), ...rest].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}
