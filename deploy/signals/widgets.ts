import { chunksOf } from '../../lib/core/chunks-of.ts';
import { METRICS, type MetricName, NAMESPACE } from '../../lib/core/metrics.ts';
import type { Settings } from '../settings.ts';
import { MINUTE } from './alarm.ts';
import type { Metric, Statistic } from './metrics.ts';

/** A part of a dashboard. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface Widget {
  type: 'metric' | 'text' | 'alarm';
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
}
export type Panel = Omit<Widget, 'x' | 'y' | 'width'>;

/** A curve of a panel: one metric, or all that a search finds. */
type Curve = readonly unknown[];

const PERIOD = 5 * MINUTE;

/** CloudFormation fills it in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a pseudo parameter
const REGION = '${AWS::Region}';

/** One metric as a curve, by its own name or by this one. */
export const curve = ({ namespace, name, dimensions, statistic }: Metric, label = name): Curve => [
  namespace,
  name,
  ...dimensions.flatMap(({ Name, Value }) => [Name, Value]),
  { stat: statistic, label },
];

/**
 * All series of a metric, however many values tell them apart: a panel does not grow with the catalogue. A search finds a hundred at most.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function searchFor(name: MetricName, { service, stage }: Pick<Settings, 'service' | 'stage'>, statistic: Statistic) {
  const schema = `{${NAMESPACE},service,stage,${METRICS[name].by}}`;
  return `SEARCH('${schema} MetricName="${name}" service="${service}" stage="${stage}"', '${statistic}', ${PERIOD})`;
}

/** A curve for each of them. */
export const curvesOf = (
  name: MetricName,
  settings: Pick<Settings, 'service' | 'stage'>,
  statistic: Statistic,
): Curve => {
  const id = `${name.charAt(0).toLowerCase()}${name.slice(1)}${statistic}`;
  return [{ expression: searchFor(name, settings, statistic), id, label: statistic }];
};

/** One curve for all of them together. */
export const sumOf = (name: MetricName, settings: Pick<Settings, 'service' | 'stage'>): Curve => [
  {
    expression: `SUM(${searchFor(name, settings, 'Sum')})`,
    id: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    label: name,
  },
];

/** A panel of curves. @param unit of the axis */
export const panel = (title: string, curves: readonly Curve[], unit = 'Count'): Panel => ({
  type: 'metric',
  height: 6,
  properties: {
    title,
    metrics: curves,
    view: 'timeSeries',
    region: REGION,
    period: PERIOD,
    yAxis: { left: { min: 0, label: unit, showUnits: false } },
  },
});

export const heading = (markdown: string): Panel => ({ type: 'text', height: 1, properties: { markdown } });

/** The most that one such panel takes. */
const MOST_ALARMS = 100;

/** The states of alarms, by their names. */
export const alarmPanels = (names: readonly string[]): Panel[] =>
  chunksOf(names, MOST_ALARMS).map((some) => ({
    type: 'alarm',
    height: 4,
    properties: {
      title: 'Alarms',
      sortBy: 'stateUpdatedTimestamp',
      states: ['ALARM', 'INSUFFICIENT_DATA'],
      alarms: some.map(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
        (name) => 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:'.concat(name),
      ),
    },
  }));

const WIDTH = 24;

/** Places rows one below the other; the panels of a row share its width. */
export function placed(rows: readonly (readonly Panel[])[]): Widget[] {
  let y = 0;
  return rows.flatMap((row) => {
    const width = Math.floor(WIDTH / row.length);
    const widgets = row.map((one, index) => ({ ...one, x: index * width, y, width }));
    y += Math.max(...row.map(({ height }) => height));
    return widgets;
  });
}
