import { isOfAll, METRICS, type MetricName, NAMESPACE } from '../../core/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface EmfMetrics extends Metrics {
  /** Writes what was told since the last time: one line for each value of a label, none where nothing was told. */
  flush(): void;
}

/** Of a metric in one line. */
const MOST_VALUES = 100;

/** What is told of one value of a label. */
interface Line {
  readonly names: Readonly<Record<string, string>>;
  /** By which of these names its metrics are told apart. */
  readonly dimensions: readonly (readonly string[])[];
  readonly values: Map<MetricName, number[]>;
}

/**
 * Metrics as lines of the log, which CloudWatch reads them from: no call, and no right, is needed. One line is of one value of a label,
 * and what is of all labels together as well has a line of its own; with 100 values of a metric it is written early.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param of whose metrics they are
 * @param write writes one line
 */
export function emfMetrics(
  { service, stage }: { service: string; stage: string },
  write: (line: string) => void,
): EmfMetrics {
  let lines = new Map<string, Line>();
  const lineOf = (place: string, by: string, of: string, ofAll: boolean): Line => {
    const known = lines.get(place);
    if (known) return known;
    const own = ['service', 'stage', by];
    const dimensions = ofAll ? [own, ['service', 'stage']] : [own];
    const line: Line = { names: { service, stage, [by]: of }, dimensions, values: new Map() };
    lines.set(place, line);
    return line;
  };
  return {
    add: (name, of, value) => {
      if (!Number.isFinite(value)) throw new RangeError(`${name} of ${of} is no number`);
      const ofAll = isOfAll(name);
      const { by } = METRICS[name];
      const place = `${ofAll} ${by} ${of}`;
      const line = lineOf(place, by, of, ofAll);
      const values = line.values.get(name);
      if (!values) line.values.set(name, [value]);
      else if (values.push(value) === MOST_VALUES) {
        lines.delete(place);
        write(textOf(line));
      }
    },
    flush: () => {
      const told = lines;
      lines = new Map();
      for (const line of told.values()) write(textOf(line));
    },
  };
}

function textOf({ names, dimensions, values }: Line): string {
  const metrics = Array.from(values.keys(), (name) => ({ Name: name, Unit: METRICS[name].unit }));
  const told = Array.from(values, ([name, all]) => [name, all.length === 1 ? all[0] : all]);
  return JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: dimensions, Metrics: metrics }],
    },
    ...names,
    ...Object.fromEntries(told),
  });
}
