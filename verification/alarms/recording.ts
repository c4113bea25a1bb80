/** Which metric of CloudWatch: a namespace, a name, and all its dimensions. */
export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

interface Point {
  at: number;
  /** When CloudWatch has it. */
  known: number;
  value: number;
}

/** What CloudWatch was told in a run, and what it knew when. Times are milliseconds. */
export interface Recording {
  add(metric: MetricId, value: number, at: number, known?: number): void;
  /** Of one metric the values after `from` and up to `to`, as far as they are known at `now`; what is added later among them. */
  valuesOf(metric: MetricId): (from: number, to: number, now: number) => number[];
  /** Every metric that was told, as `<namespace> <name>`. */
  names(): ReadonlySet<string>;
}

const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  `${namespace} ${name} ${JSON.stringify(Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;

/** @param delayMs how long after it happened CloudWatch knows of a value */
export function recording(delayMs: number): Recording {
  const series = new Map<string, Point[]>();
  const names = new Set<string>();
  const pointsOf = (metric: MetricId): Point[] => {
    const key = keyOf(metric);
    const points = series.get(key) ?? [];
    series.set(key, points);
    return points;
  };
  return {
    add: (metric, value, at, known = at) => {
      const points = pointsOf(metric);
      names.add(`${metric.namespace} ${metric.name}`);
      points.splice(firstAfter(points, at), 0, { at, value, known: known + delayMs });
    },
    valuesOf: (metric) => {
      const points = pointsOf(metric);
      return (from, to, now) => {
        const first = firstAfter(points, from);
        const within = points.slice(first, firstAfter(points, to, first));
        return within.filter(({ known }) => known <= now).map(({ value }) => value);
      };
    },
    names: () => names,
  };
}

/** Points stay in the order of their times, though what takes long is told after what came later. @param start none before it is */
function firstAfter(points: readonly Point[], at: number, start = 0): number {
  let [low, high] = [start, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What a statistic makes of the values of a period; undefined where there are none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 * @throws Error for a statistic that no alarm here asks for
 */
export function statisticOf(values: readonly number[], statistic: string): number | undefined {
  if (values.length === 0) return undefined;
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Maximum') return values.reduce((most, value) => Math.max(most, value));
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile === undefined) throw new Error(`the statistic ${statistic} is not known here`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((Number(percentile) / 100) * sorted.length) - 1)];
}
