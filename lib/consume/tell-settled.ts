import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { State } from './delivery.ts';
import type { OutcomeFields } from './outcome-fields.ts';

const METRIC_OF = { succeeded: 'Succeeded', rejected: 'Rejected', expired: 'Expired' } as const;

/**
 * Counts an event that has its outcome, once: what was settled before is counted apart. A replay began when somebody asked for it.
 * The usual single attempt is not told: each value of each event is a part of a line that is paid for.
 */
export function tellSettled(
  { message: { type, recordedtime, replay } }: Pick<State, 'message'>,
  { outcome, attempts, again }: OutcomeFields,
  { metrics, clock }: { metrics: Metrics; clock: Pick<Clock, 'now'> },
): void {
  if (again || outcome === 'failed') {
    metrics.add('SettledAgain', type, 1);
    return;
  }
  metrics.add(METRIC_OF[outcome], type, 1);
  if (attempts > 1) metrics.add('Attempts', type, attempts);
  if (replay === 0) metrics.add('TimeToSettle', type, Math.max(0, clock.now() - Date.parse(recordedtime)));
}
