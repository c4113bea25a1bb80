import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { isOfAll, METRICS, NAMESPACE } from '../../core/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface EmfMetrics extends Metrics {
  /** Writes what was told since the last time: one line for each value of a label, none where nothing was told. */
  flush(): void;
}

/** More labels than a service has; beyond them lines are made anew, and what was told is written all the same. */
const MOST_LABELS = 500;

/**
 * Metrics as lines of the log, which CloudWatch reads them from: no call, and no right, is needed. One line is of one value of a label,
 * and what is of all labels together as well has a line of its own; with 100 values of a metric it is written early.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param dimensions whose metrics they are
 */
export function emfMetrics({ service, stage }: { service: string; stage: string }): EmfMetrics {
  const lines = new Map<string, Powertools>();
  /** Those of this invocation: to ask each of many types whether it has anything would cost more than to tell. */
  const touched = new Set<Powertools>();
  const flush = (): void => {
    for (const line of touched) if (line.hasStoredMetrics()) line.publishStoredMetrics();
    touched.clear();
  };
  const lineOf = (by: string, of: string, ofAll: boolean): Powertools => {
    const name = `${ofAll} ${by} ${of}`;
    const known = lines.get(name);
    if (known) return known;
    if (lines.size >= MOST_LABELS) lines.clear();
    const defaultDimensions = ofAll ? { stage } : { stage, [by]: of };
    const line = new Powertools({ namespace: NAMESPACE, serviceName: service, defaultDimensions });
    lines.set(name, line);
    return line;
  };
  return {
    add: (name, of, value) => {
      if (!Number.isFinite(value)) throw new RangeError(`${name} of ${of} is no number`);
      const { unit, by } = METRICS[name];
      const ofAll = isOfAll(name);
      const line = lineOf(by, of, ofAll);
      // What is written takes these sets with it, also where it is written early.
      if (ofAll && !line.hasStoredMetrics()) line.addDimensions({ [by]: of }).addDimensions({});
      line.addMetric(name, unit, value);
      touched.add(line);
    },
    flush,
  };
}
