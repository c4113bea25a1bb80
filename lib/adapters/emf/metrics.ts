import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { isOfAll, METRICS, NAMESPACE } from '../../core/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface EmfMetrics extends Metrics {
  /** Writes what was told since the last time: one line for each value of a label, none where nothing was told. */
  flush(): void;
}

/** What is told of one label. */
interface Line {
  readonly emf: Powertools;
  /** Whether this line is of all labels together as well. */
  isOfAll: boolean;
}

/** More labels than a service has; beyond them what was told is written early. */
const MOST_LABELS = 500;

/**
 * Metrics as lines of the log, which CloudWatch reads them from: no call, and no right, is needed. One line is of one value of a label,
 * and of all together where a metric on it is; with 100 values of a metric it is written early.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param dimensions whose metrics they are
 */
export function emfMetrics({ service, stage }: { service: string; stage: string }): EmfMetrics {
  const lines = new Map<string, Line>();
  const flush = (): void => {
    for (const { emf } of lines.values()) if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
  };
  const lineOf = (by: string, of: string): Line => {
    const known = lines.get(`${by} ${of}`);
    if (known) return known;
    if (lines.size >= MOST_LABELS) {
      flush();
      lines.clear();
    }
    const emf = new Powertools({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { stage } });
    const line = { emf, isOfAll: false };
    lines.set(`${by} ${of}`, line);
    return line;
  };
  return {
    add: (name, of, value) => {
      if (!Number.isFinite(value)) throw new RangeError(`${name} of ${of} is no number`);
      const { unit, by } = METRICS[name];
      const line = lineOf(by, of);
      const { emf } = line;
      // What is written takes its sets of dimensions with it, also where it was written early.
      if (!emf.hasStoredMetrics()) {
        emf.addDimensions({ [by]: of });
        line.isOfAll = false;
      }
      if (isOfAll(name) && !line.isOfAll) {
        emf.addDimensions({});
        line.isOfAll = true;
      }
      emf.addMetric(name, unit, value);
    },
    flush,
  };
}
