import type { Observed } from './drive.ts';
import type { Journey, Planned } from './plan.ts';

export const columns = ['accepted', 'duplicate', 'refused', 'succeeded', 'rejected', 'failed'] as const;
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

/** What must become of these journeys. */
export function expected(journeys: readonly Journey[]): Table {
  const table: Table = new Map();
  for (const { event, expect } of plannedIn(journeys)) {
    count(table, event.type, expect.answer);
    if (expect.answer === 'accepted') count(table, event.type, expect.outcome);
  }
  return table;
}

/** What became of them. */
export function observed({ seen, outcomes }: Observed): Table {
  const table: Table = new Map();
  for (const { planned, answer } of seen) {
    const { id, type } = planned.event;
    count(table, type, answer);
    const status = answer === 'accepted' ? outcomes.get(id)?.status : undefined;
    const column = columns.find((one) => one === status);
    if (column) count(table, type, column);
  }
  return table;
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
    return words(got) === words(wanted) ? [] : [`${event.type} ${event.id}: ${words(got)} instead of ${words(wanted)}`];
  });
}

/** By event type, of the events whose clients waited for the outcome. */
export function latencies({ seen }: Observed): Map<string, Latency> {
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

export const plannedIn = (journeys: readonly Journey[]): Planned[] =>
  journeys.flatMap((journey) => journey.flatMap(({ events }) => events));

function count(table: Table, type: string, column: Column): void {
  const counts = table.get(type) ?? { accepted: 0, duplicate: 0, refused: 0, succeeded: 0, rejected: 0, failed: 0 };
  counts[column] += 1;
  table.set(type, counts);
}
