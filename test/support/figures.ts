/** What a page writes, in seconds where it is a time; a unit of no time counts for nothing. */
export function inSeconds(value: string): number {
  const [, number = '', unit = ''] = /^([\d,.]+)(?: (ms|s|min|h|days?|levels))?$/.exec(value) ?? [];
  const factor = { ms: 0.001, s: 1, min: 60, h: 3600, day: 86_400, days: 86_400 }[unit] ?? 1;
  return Number(number.replaceAll(',', '')) * factor;
}

/** The unit that the name of a constant says, in seconds. */
export function unitOf(code: string): number {
  const [unit = ''] = /(MS|HOURS|DAYS)$/.exec(code) ?? [];
  return { MS: 0.001, HOURS: 3600, DAYS: 86_400 }[unit] ?? 1;
}
