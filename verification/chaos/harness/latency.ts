/** One request: when it was begun, in epoch ms, and how many milliseconds it took. */
export interface Answer {
  at: number;
  ms: number;
}

/** Not a number when there is none. */
export function medianMs(answers: readonly Answer[]): number {
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** 0 when there is none. */
export const slowestMs = (answers: readonly Answer[]): number => Math.max(0, ...answers.map(({ ms }) => ms));

/** Rounded to hundredths. */
export const ratio = (one: number, other: number): number => Math.round((100 * one) / other) / 100;
