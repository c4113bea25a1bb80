import type { MetricName } from '../core/metrics.ts';
import type { HttpProblem } from '../core/problem.ts';
import type { Metrics } from '../ports/metrics.ts';

type Counted = Extract<MetricName, 'Accepted' | 'Duplicates' | 'QueueUnavailable'>;
type Checked = { event: { type: string } } | { problem: HttpProblem };
type Taken = { duplicate: boolean } | { problem: HttpProblem };

/**
 * Counts each event of a request once, and tells one value for all that are alike.
 * @param checked its events: the type of one that passed is of the catalogue; what a caller calls a type otherwise is no label
 * @param taken what became of each
 * @param ms how long it took: of a request with several types it is told of each
 */
export function countTaken(checked: readonly Checked[], taken: readonly Taken[], ms: number, metrics: Metrics): void {
  const counts = new Map<Counted, Map<string, number>>();
  const types = new Set<string>();
  taken.forEach((end, index) => {
    const one = checked[index];
    const name = counterOf(end);
    if (name === undefined || !one || !('event' in one)) {
      if ('problem' in end) countRefused(end.problem, metrics);
      return;
    }
    types.add(one.event.type);
    const byType = counts.get(name) ?? new Map<string, number>();
    counts.set(name, byType.set(one.event.type, (byType.get(one.event.type) ?? 0) + 1));
  });
  for (const [name, byType] of counts) for (const [type, count] of byType) metrics.add(name, type, count);
  for (const type of types) metrics.add('IngestTime', type, ms);
}

function counterOf(end: Taken): Counted | undefined {
  if ('problem' in end) return end.problem.problem.code === 'queue-unavailable' ? 'QueueUnavailable' : undefined;
  return end.duplicate ? 'Duplicates' : 'Accepted';
}

/** One event, or a request in which no event was found. */
export const countRefused = ({ problem }: HttpProblem, metrics: Metrics): void =>
  metrics.add('Refused', problem.code, 1);
