import { z } from 'zod';
import { evaluate, type Series } from './metric-math.ts';
import { type MetricId, type Recording, statisticOf } from './recording.ts';
import { type State, stateOf } from './state.ts';
import { parse } from './syntax.ts';

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.union([z.string(), z.object({ Ref: z.string() })]) }))
  .transform((all) =>
    Object.fromEntries(all.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : Value.Ref])),
  );
const of = { Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions };
const rule = {
  AlarmName: z.string(),
  ComparisonOperator: z.literal('GreaterThanThreshold'),
  Threshold: z.number(),
  EvaluationPeriods: z.int().min(1),
  DatapointsToAlarm: z.int().min(1).optional(),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']),
};
const queries = z.union([
  z.object({ Id: z.string(), Expression: z.string(), ReturnData: z.literal(true) }),
  z.object({
    Id: z.string(),
    MetricStat: z.object({ Metric: z.object(of), Period: z.int(), Stat: z.string() }),
    ReturnData: z.literal(false),
  }),
]);
const schema = z.union([
  z.object({ ...rule, Metrics: z.array(queries).min(2).max(11) }),
  z.object({
    ...rule,
    ...of,
    Statistic: z.string().optional(),
    ExtendedStatistic: z.string().optional(),
    Period: z.int(),
  }),
]);
type Alarm = z.output<typeof schema>;
type Query = z.output<typeof queries>;

interface Source {
  id: string;
  metric: MetricId;
  statistic: string;
  period: number;
}

const metricOf = (one: { Namespace: string; MetricName: string; Dimensions: Record<string, string> }): MetricId => ({
  namespace: one.Namespace,
  name: one.MetricName,
  dimensions: one.Dimensions,
});

const sourceOf = (query: Query): Source[] =>
  'MetricStat' in query
    ? [
        {
          id: query.Id,
          metric: metricOf(query.MetricStat.Metric),
          statistic: query.MetricStat.Stat,
          period: query.MetricStat.Period,
        },
      ]
    : [];

function sourcesOf(alarm: Alarm): { sources: Source[]; expression: string } {
  if ('Metrics' in alarm)
    return {
      sources: alarm.Metrics.flatMap(sourceOf),
      expression: alarm.Metrics.flatMap((one) => ('Expression' in one ? [one.Expression] : [])).join(),
    };
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
  return { sources: [{ id: 'm', metric: metricOf(alarm), statistic, period: alarm.Period }], expression: 'm' };
}

/** Looks at one alarm again and again, as CloudWatch does. */
export interface Watched {
  name: string;
  /** Its states at this moment; call it with growing times. */
  look(now: number): readonly State[];
}

/**
 * An alarm on what was recorded: at each look its periods end now, whole minutes after one another.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * @param properties of an `AWS::CloudWatch::Alarm`
 * @param more how many periods it retrieves beyond those that it evaluates: its state is told for each of these numbers
 * @throws z.ZodError for properties of an alarm that CloudWatch or this would not know
 */
export function watched(
  properties: unknown,
  { valuesOf }: Pick<Recording, 'valuesOf'>,
  more: readonly number[],
): Watched {
  const alarm = schema.parse(properties);
  const { sources, expression } = sourcesOf(alarm);
  const [period = 0, ...others] = new Set(sources.map((one) => one.period));
  if (others.length > 0) throw new Error(`${alarm.AlarmName}: its metrics have several periods`);
  const math = parse(expression);
  const most = alarm.EvaluationPeriods + Math.max(...more);
  const watching = sources.map(({ id, metric, statistic }) => ({ id, statistic, values: valuesOf(metric) }));
  const seriesAt = (now: number, { statistic, values }: (typeof watching)[number]): Series =>
    Array.from({ length: most }, (_, index) => {
      const to = now - (most - 1 - index) * period * 1000;
      return statisticOf(values(to - period * 1000, to, now), statistic);
    });
  let states: readonly State[] = more.map(() => 'INSUFFICIENT_DATA');
  return {
    name: alarm.AlarmName,
    look: (now) => {
      // Metric math takes each period by itself: what fewer periods come to is the end of what all of them do.
      const range = evaluate(math, new Map(watching.map((source) => [source.id, seriesAt(now, source)])));
      states = more.map((periods, index) =>
        stateOf(range.slice(-alarm.EvaluationPeriods - periods), alarm, states[index] ?? 'INSUFFICIENT_DATA'),
      );
      return states;
    },
  };
}
