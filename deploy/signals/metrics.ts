import { type LabelOf, METRICS, type MetricName, NAMESPACE, type NameOfAll } from '../../lib/core/metrics.ts';
import type { Settings } from '../settings.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
export type Statistic = 'Sum' | 'Maximum' | 'p50' | 'p99';

/** A metric of CloudWatch, and what is made of its values in a period. */
export interface Metric {
  namespace: 'AWS/SQS' | 'AWS/Lambda' | 'AWS/ApiGateway' | 'AWS/ElastiCache' | typeof NAMESPACE;
  name: string;
  dimensions: readonly { Name: string; Value: unknown }[];
  statistic: Statistic;
}

const dimensionsOf = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** Of a queue, by its physical name. */
export const sqs = (name: string, queue: string, statistic: Statistic): Metric => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: dimensionsOf({ QueueName: queue }),
  statistic,
});

/** All that is in a queue. */
export const waitingIn = (queue: string): Readonly<Record<'visible' | 'inflight' | 'delayed', Metric>> => ({
  visible: sqs('ApproximateNumberOfMessagesVisible', queue, 'Maximum'),
  inflight: sqs('ApproximateNumberOfMessagesNotVisible', queue, 'Maximum'),
  delayed: sqs('ApproximateNumberOfMessagesDelayed', queue, 'Maximum'),
});

/** Of a function, by its physical name. */
export const lambda = (name: string, functionName: string, statistic: Statistic): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: dimensionsOf({ FunctionName: functionName }),
  statistic,
});

/** Of the API of the stage. @param id as what shows it refers to it */
export const api = (name: string, id: unknown, statistic: Statistic): Metric => ({
  namespace: 'AWS/ApiGateway',
  name,
  dimensions: dimensionsOf({ ApiId: id }),
  statistic,
});

/** Of a node of Redis. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html */
export const elastiCache = (name: string, cluster: string, statistic: Statistic): Metric => ({
  namespace: 'AWS/ElastiCache',
  name,
  dimensions: dimensionsOf({ CacheClusterId: cluster }),
  statistic,
});

/** One that functions tell. @param of what its values are told apart by */
export const own = <Name extends MetricName>(
  name: Name,
  of: LabelOf<Name>,
  { service, stage }: Pick<Settings, 'service' | 'stage'>,
  statistic: Statistic,
): Metric => ({
  namespace: NAMESPACE,
  name,
  dimensions: dimensionsOf({ service, stage, [METRICS[name].by]: of }),
  statistic,
});

/** One that functions tell of all types together as well. */
export const ownOfAll = (
  name: NameOfAll,
  { service, stage }: Pick<Settings, 'service' | 'stage'>,
  statistic: Statistic,
): Metric => ({ namespace: NAMESPACE, name, dimensions: dimensionsOf({ service, stage }), statistic });

/** As the one metric of an alarm. */
export const metric = ({ namespace, name, dimensions, statistic }: Metric, period: number) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions,
  ...(/^p\d/.test(statistic) ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
  Period: period,
});

/** As one of several metrics that an expression makes one of; all have one period, and ten are the most. */
export const query = (id: string, { namespace, name, dimensions, statistic }: Metric, period: number) => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: namespace, MetricName: name, Dimensions: dimensions },
    Period: period,
    Stat: statistic,
  },
  ReturnData: false,
});

/**
 * Several metrics as the one that an alarm watches.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @param metrics by the names that the expression has for them
 */
export const joined = (
  label: string,
  expression: string,
  metrics: Readonly<Record<string, Metric>>,
  period: number,
) => ({
  Metrics: [
    { Id: 'joined', Expression: expression, Label: label, ReturnData: true },
    ...Object.entries(metrics).map(([id, one]) => query(id, one, period)),
  ],
});

/**
 * An expression that is over 0 when one of several things is so; its value, which the message of the alarm has, says which: the sum of
 * 1 for the first, 2 for the second, 4 for the third.
 */
export const whicheverIs = (...conditions: readonly string[]): string =>
  conditions.map((condition, index) => `IF(${condition}, ${2 ** index}, 0)`).join(' + ');

/**
 * An expression that is 1 where something waits in a queue and nothing of it is done, of the metrics of `waitingIn` and this one. Between
 * series a missing value is 0, so that it holds also where nothing has ever been done.
 */
export const standsStill = (done: string): string =>
  `IF(visible + inflight + delayed > 0, 1, 0) - IF(${done} > 0, 1, 0)`;
