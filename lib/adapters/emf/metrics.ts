import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRICS, NAMESPACE, TOTALLED } from '../../core/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface EmfMetrics extends Metrics {
  /** Writes what was told since the last time: one line for each value of a label, none where nothing was told. */
  flush(): void;
}

/** More labels than a service has; beyond them what was told is written early. */
const MOST_LABELS = 500;

/**
 * Metrics as lines of the log, which CloudWatch reads them from: no call, and no right, is needed. One line is of one value of a label,
 * and where that is a type of all types together as well; with 100 values of a metric it is written early.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param dimensions whose metrics they are
 */
export function emfMetrics({ service, stage }: { service: string; stage: string }): EmfMetrics {
  const lines = new Map<string, Powertools>();
  const flush = (): void => {
    for (const line of lines.values()) if (line.hasStoredMetrics()) line.publishStoredMetrics();
  };
  const lineOf = (by: string, of: string): Powertools => {
    const known = lines.get(`${by} ${of}`);
    if (known) return known;
    if (lines.size >= MOST_LABELS) {
      flush();
      lines.clear();
    }
    const line = new Powertools({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { stage } });
    lines.set(`${by} ${of}`, line);
    return line;
  };
  /** What is written takes its sets with it, also where it was written early. */
  const begin = (line: Powertools, by: string, of: string): void => {
    if (by === TOTALLED) line.addDimensions({});
    line.addDimensions({ [by]: of });
  };
  return {
    add: (name, of, value) => {
      if (!Number.isFinite(value)) throw new RangeError(`${name} of ${of} is no number`);
      const { unit, by } = METRICS[name];
      const line = lineOf(by, of);
      if (!line.hasStoredMetrics()) begin(line, by, of);
      line.addMetric(name, unit, value);
    },
    flush,
  };
}
