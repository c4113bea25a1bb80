/** A metric of CloudWatch, and what is made of its values in a period. */
interface Metric {
  namespace: 'AWS/SQS' | 'AWS/Lambda' | 'AWS/ApiGateway';
  name: string;
  dimension: { Name: string; Value: unknown };
  statistic: 'Sum' | 'Maximum';
}

/** Of a queue, by its physical name. */
export const sqs = (name: string, queue: string, statistic: Metric['statistic']): Metric => ({
  namespace: 'AWS/SQS',
  name,
  dimension: { Name: 'QueueName', Value: queue },
  statistic,
});

/** As the one metric of an alarm. */
export const metric = ({ namespace, name, dimension, statistic }: Metric, period: number) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: [dimension],
  Statistic: statistic,
  Period: period,
});

/** As one of several metrics that an expression makes one of. */
export const query = (id: string, { namespace, name, dimension, statistic }: Metric, period: number) => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: namespace, MetricName: name, Dimensions: [dimension] },
    Period: period,
    Stat: statistic,
  },
  ReturnData: false,
});
