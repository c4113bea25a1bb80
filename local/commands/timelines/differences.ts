/**
 * Where two values of JSON differ.
 * @param at what they are called
 * @returns a line for each place, the first ones first: `seen.result.title: "b" in place of "a"`
 */
export function differences(expected: unknown, found: unknown, at: string): string[] {
  if (isRecord(expected) && isRecord(found)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...names].flatMap((name) => differences(expected[name], found[name], `${at}.${name}`));
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [`${at}: ${shown(found)} in place of ${shown(expected)}`];
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
