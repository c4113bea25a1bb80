import type { LabelOf, MetricName } from '../core/metrics.ts';

/** Numbers for whoever watches the service. */
export interface Metrics {
  /** Tells one value, which is emitted when the invocation ends. Never throws. @param of what its values are told apart by */
  add<Name extends MetricName>(name: Name, of: LabelOf<Name>, value: number): void;
}
