import { type LabelOf, METRICS, type MetricName, NAMESPACE } from '../lib/core/metrics.ts';
import type { Settings } from './settings.ts';

/** A metric of CloudWatch, and what is made of its values in a period. */
interface Metric {
  namespace: 'AWS/SQS' | 'AWS/Lambda' | 'AWS/ApiGateway' | typeof NAMESPACE;
  name: string;
  dimensions: readonly { Name: string; Value: unknown }[];
  statistic: 'Sum' | 'Maximum';
}

/** Of a queue, by its physical name. */
export const sqs = (name: string, queue: string, statistic: Metric['statistic']): Metric => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: [{ Name: 'QueueName', Value: queue }],
  statistic,
});

/** One that functions tell. @param of what its values are told apart by */
export const own = <Name extends MetricName>(
  name: Name,
  of: LabelOf<Name>,
  { service, stage }: Pick<Settings, 'service' | 'stage'>,
  statistic: Metric['statistic'],
): Metric => ({
  namespace: NAMESPACE,
  name,
  dimensions: Object.entries({ service, stage, [METRICS[name].by]: of }).map(([Name, Value]) => ({ Name, Value })),
  statistic,
});

/** As the one metric of an alarm. */
export const metric = ({ namespace, name, dimensions, statistic }: Metric, period: number) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions,
  Statistic: statistic,
  Period: period,
});

/** As one of several metrics that an expression makes one of. */
export const query = (id: string, { namespace, name, dimensions, statistic }: Metric, period: number) => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: namespace, MetricName: name, Dimensions: dimensions },
    Period: period,
    Stat: statistic,
  },
  ReturnData: false,
});
