/** Columns of equal width, two spaces between: text to the left, what begins with a digit to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, width = 0) => (/^\d/.test(text) ? text.padStart(width) : text.padEnd(width));
  return rows
    .map((row) =>
      row
        .map((text, column) => cell(text, widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
