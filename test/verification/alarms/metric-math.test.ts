import { describe, expect, it } from 'vitest';
import { evaluate as evaluated, type Series } from '../../../verification/alarms/metric-math.ts';
import { statisticOf } from '../../../verification/alarms/recording.ts';
import { parse } from '../../../verification/alarms/syntax.ts';

const none = undefined;
const metrics = new Map<string, Series>([
  ['metric1', [30, 20, 0, 0]],
  ['metric2', [20, none, 20, none]],
  ['empty', [none, none, none, none]],
]);
const evaluate = (expression: string) => evaluated(parse(expression), metrics);

describe('metric math', () => {
  // The first three are the examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
  it.each<[string, Series]>([
    ['metric1 < metric2', [0, 0, 1, 0]],
    ['metric1 >= 30', [1, 0, 0, 0]],
    ['metric1 > 15 AND metric2 > 15', [1, 0, 0, 0]],
    ['metric1 + metric2 * 2', [70, 20, 40, 0]],
    ['metric1 / metric2', [1.5, none, 0, none]],
    ['MAX([metric1, metric2])', [30, 20, 20, 0]],
    ['MAX([empty, metric2])', [20, none, 20, none]],
    ['IF(metric2 > 0, 1, 0) - IF(empty > 0, 1, 0)', [1, none, 1, none]],
    ['SUM([metric1, metric2])', [50, 20, 20, 0]],
    ['IF(metric1 > 15, 1, 2)', [1, 1, 2, 2]],
    ['IF(metric1, metric2, metric2)', [20, 0, 20, none]],
    ['IF(metric2 > 0, 1)', [1, none, 1, none]],
    ['IF(metric2 == 20 AND metric1 + metric2 > 20, 1, 0) * 3', [3, 0, 0, 0]],
  ])('%s', (expression, series) => {
    expect(evaluate(expression)).toEqual(series);
  });

  it.each([
    'metric3',
    'metric1 +',
    '(metric1',
    'metric1 metric2',
    'RATE(metric1)',
    'FILL(metric1, 0)',
    'metric1 % 2',
    '',
  ])('refuses what is unknown: %s', (expression) => {
    expect(() => evaluate(expression)).toThrow('metric math');
  });

  it('takes statistics of the values of a period', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(['Sum', 'Maximum', 'p50', 'p99'].map((one) => statisticOf(values, one))).toEqual([5050, 100, 50, 99]);
    expect(statisticOf([], 'Sum')).toBeUndefined();
    expect(() => statisticOf(values, 'Average')).toThrow('Average');
  });
});
