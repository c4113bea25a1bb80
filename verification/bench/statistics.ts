import type { Measured } from './row.ts';

/** The middle of them, between the two in the middle where their number is even. @throws Error for none */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

/** What so large a share of them is not above: the nearest rank. @param share 0.99 for p99 @throws Error for none */
export function percentile(numbers: readonly number[], share: number): number {
  const found = numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * numbers.length) - 1)];
  if (found === undefined) throw new Error('there is no share of nothing');
  return found;
}

/** @throws Error for none, or for what is no number: a figure that nobody measured must not become one */
export function summed(numbers: readonly number[], note?: string): Measured {
  const stray = numbers.find((number) => !Number.isFinite(number));
  if (stray !== undefined) throw new Error(`${stray} is no figure`);
  return {
    median: median(numbers),
    min: Math.min(...numbers),
    max: Math.max(...numbers),
    count: numbers.length,
    ...(note !== undefined && { note }),
  };
}

/**
 * What one arm costs over another. Each figure is of one turn, and the figures at one place are of turns that followed each other, so
 * what slowed the machine then slowed both.
 * @throws Error when the arms did not take turns, or one of them cost nothing
 */
export function ratio(over: readonly number[], under: readonly number[], note?: string): Measured {
  if (over.length !== under.length) throw new Error(`${over.length} turns of one arm, ${under.length} of the other`);
  return summed(
    over.map((cost, turn) => cost / (under[turn] ?? Number.NaN)),
    note,
  );
}
