/** The framework prints `Error:` and below it, up to an empty line, what went wrong. */
export function faultIn(printed: string): string | undefined {
  const [, told = printed] = printed.split(/^Error:\n/m);
  return told.split('\n\n')[0]?.trim() || undefined;
}
