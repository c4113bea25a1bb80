import { z } from 'zod';
import type { Resource } from '../../deploy/queues.ts';

/** A metric that something looks at: the names of its dimensions, sorted. */
export interface Asked {
  namespace: string;
  name: string;
  dimensions: string[];
  /** What asks for it. */
  by: string;
}

const alarmed = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string() })),
});

/** Every metric of the alarms among these resources. */
export function askedByAlarms(resources: Readonly<Record<string, Resource>>): Asked[] {
  const inside = (by: string, value: unknown): Asked[] => {
    if (typeof value !== 'object' || value === null) return [];
    const own = alarmed.safeParse(value);
    if (!own.success) return Object.values(value).flatMap((one) => inside(by, one));
    const { Namespace: namespace, MetricName: name, Dimensions } = own.data;
    return [{ by, namespace, name, dimensions: Dimensions.map(({ Name }) => Name).toSorted() }];
  };
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? inside(id, Properties) : [],
  );
}

const place = { x: z.int().min(0), y: z.int().min(0), width: z.int().min(1).max(24), height: z.int().min(1).max(1000) };
const axis = z.strictObject({ min: z.number(), label: z.string(), showUnits: z.boolean() });
const shown = z.strictObject({ stat: z.string(), label: z.string() });
const search = z.strictObject({ expression: z.string(), id: z.string().regex(/^[a-z]\w*$/), label: z.string() });
const metricPanel = z.strictObject({
  ...place,
  type: z.literal('metric'),
  properties: z.strictObject({
    title: z.string().min(1),
    metrics: z
      .array(z.union([z.tuple([search]), z.array(z.union([z.string(), shown])).min(5)]))
      .min(1)
      .max(500),
    view: z.literal('timeSeries'),
    region: z.literal('eu-central-1'),
    period: z.int(),
    yAxis: z.strictObject({ left: axis }),
  }),
});
const alarmPanel = z.strictObject({
  ...place,
  type: z.literal('alarm'),
  properties: z.strictObject({
    title: z.string(),
    sortBy: z.literal('stateUpdatedTimestamp'),
    states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])),
    alarms: z
      .array(z.string().regex(/^arn:aws:cloudwatch:eu-central-1:1:alarm:[\w-]+$/))
      .min(1)
      .max(100),
  }),
});
const textPanel = z.strictObject({
  ...place,
  type: z.literal('text'),
  properties: z.strictObject({ markdown: z.string().min(1) }),
});
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export const dashboardBody = z.strictObject({
  widgets: z.array(z.discriminatedUnion('type', [metricPanel, alarmPanel, textPanel])).max(500),
});
export type DashboardBody = z.output<typeof dashboardBody>;

/** The body of a dashboard as CloudFormation would fill it in. @throws z.ZodError for one that CloudWatch would refuse */
export function bodyOf({ Properties }: Resource): DashboardBody {
  const { 'Fn::Sub': text } = z.object({ 'Fn::Sub': z.string() }).parse(Properties.DashboardBody);
  const values: Record<string, string> = {
    'AWS::Region': 'eu-central-1',
    'AWS::Partition': 'aws',
    'AWS::AccountId': '1',
    HttpApi: 'api-1',
  };
  return dashboardBody.parse(
    JSON.parse(text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => values[name] ?? whole)),
  );
}

const SEARCH =
  /^(?:SUM\()?SEARCH\('\{([^}]+)\} MetricName="(\w+)" service="[\w-]+" stage="\w+"', '(?:Sum|Maximum|p\d+)', \d+\)\)?$/;

/** Every metric of the panels of a dashboard. @throws Error for a search that is none */
export const askedByPanels = ({ widgets }: DashboardBody): Asked[] =>
  widgets.flatMap((widget) =>
    widget.type === 'metric'
      ? widget.properties.metrics.map((one) => ({ ...metricOf(one), by: widget.properties.title }))
      : [],
  );

function metricOf(curve: readonly unknown[]): Omit<Asked, 'by'> {
  const [first, second, ...others] = curve;
  const found = search.safeParse(first);
  if (!found.success) {
    const names = others.filter((one, index) => typeof one === 'string' && index % 2 === 0).map(String);
    return { namespace: String(first), name: String(second), dimensions: names.toSorted() };
  }
  const [, schema = '', name = ''] = SEARCH.exec(found.data.expression) ?? [];
  const [namespace, ...dimensions] = schema.split(',');
  if (!namespace) throw new Error(`${found.data.expression} is no search`);
  return { namespace, name, dimensions: dimensions.toSorted() };
}
