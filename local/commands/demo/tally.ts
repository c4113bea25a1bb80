import type { Observed, Outcome } from './drive.ts';
import type { Planned } from './plan.ts';

export const columns = ['accepted', 'duplicate', 'refused', 'succeeded', 'rejected', 'failed', 'retrying'] as const;
export type Column = (typeof columns)[number];
export type Counts = Record<Column, number>;
/** By event type. */
export type Table = Map<string, Counts>;

export interface Latency {
  /** How many clients waited. */
  measured: number;
  /** Milliseconds from POST to settled. */
  p50: number;
  p99: number;
}

/** What must become of these events. @param outcomes what became of those that may become anything */
export function expected(planned: readonly Planned[], outcomes: Observed['outcomes'] = new Map()): Table {
  const table: Table = new Map();
  for (const { event, expect } of planned) {
    count(table, event.type, expect.answer);
    if (expect.answer !== 'accepted') continue;
    const outcome = expect.outcome === 'any' ? columnOf(outcomes.get(event.id)) : expect.outcome;
    if (outcome) count(table, event.type, outcome);
  }
  return table;
}

/** What became of them. */
export function observed({ seen, outcomes }: Observed): Table {
  const table: Table = new Map();
  for (const { planned, answer } of seen) {
    const { id, type } = planned.event;
    count(table, type, answer);
    const column = answer === 'accepted' ? columnOf(outcomes.get(id)) : undefined;
    if (column) count(table, type, column);
  }
  return table;
}

const columnOf = (outcome: Outcome | undefined): Column | undefined =>
  outcome?.status === 'accepted' ? undefined : columns.find((one) => one === outcome?.status);

/** The sum of all rows. */
export function totalOf(table: Table): Counts {
  const total = none();
  for (const counts of table.values()) for (const column of columns) total[column] += counts[column];
  return total;
}

/** One line per event that became something else than planned; empty when all is right. */
export function surprises({ seen, outcomes }: Observed): string[] {
  return seen.flatMap(({ planned: { event, expect }, answer, code }) => {
    const outcome = answer === 'accepted' ? outcomes.get(event.id) : undefined;
    const got = [answer, code, answer === 'accepted' ? (outcome?.status ?? 'not settled') : undefined, outcome?.reason];
    const wanted =
      expect.answer === 'accepted'
        ? [expect.answer, undefined, expect.outcome, 'reason' in expect ? expect.reason : undefined]
        : [expect.answer, 'code' in expect ? expect.code : undefined];
    const words = (list: (string | undefined)[]) => list.filter((word) => word !== undefined).join(' ');
    const isRight =
      'outcome' in expect && expect.outcome === 'any' ? outcome !== undefined : words(got) === words(wanted);
    return isRight ? [] : [`${event.type} ${event.id}: ${words(got)} instead of ${words(wanted)}`];
  });
}

/** By event type, of the events whose clients waited for the outcome. */
export function latencies({ seen }: Pick<Observed, 'seen'>): Map<string, Latency> {
  const measured = seen.filter(({ ms }) => ms !== undefined);
  return new Map(
    [...Map.groupBy(measured, ({ planned }) => planned.event.type)].map(([type, waits]) => {
      const sorted = waits.map(({ ms = 0 }) => ms).sort((a, b) => a - b);
      return [type, { measured: sorted.length, p50: percentile(sorted, 50), p99: percentile(sorted, 99) }];
    }),
  );
}

/** Nearest rank, of sorted values. */
export const percentile = (sorted: readonly number[], percent: number): number =>
  Math.round(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0);

const none = (): Counts => ({
  accepted: 0,
  duplicate: 0,
  refused: 0,
  succeeded: 0,
  rejected: 0,
  failed: 0,
  retrying: 0,
});

function count(table: Table, type: string, column: Column): void {
  const counts = table.get(type) ?? none();
  counts[column] += 1;
  table.set(type, counts);
}

/** Every cell that differs. */
export function differences(wanted: Table, got: Table): string[] {
  const types = [...new Set([...wanted.keys(), ...got.keys()])].sort();
  return types.flatMap((type) =>
    columns.flatMap((column) => {
      const [want, is] = [wanted.get(type)?.[column] ?? 0, got.get(type)?.[column] ?? 0];
      return want === is ? [] : [`${type}: ${is} ${column} instead of ${want}`];
    }),
  );
}
