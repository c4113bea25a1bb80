import { consume } from '../../lib/wiring/functions/consume.ts';
import type { Deployed } from '../deployed.ts';
import { deadLetterQueueName, functionName, queueName, queuePrefix, replaysQueueName } from '../names.ts';
import type { Resource } from '../queues.ts';
import { isLocal, type Settings } from '../settings.ts';
import { alarmsOf } from './alarms.ts';
import { api, elastiCache, lambda, own, ownOfAll, sqs } from './metrics.ts';
import { alarmPanels, curve, curvesOf, heading, type Panel, panel, placed, sumOf, type Widget } from './widgets.ts';

/** CloudFormation fills it in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference
const API_ID = '${HttpApi}';

/** A page of panels for whoever watches a stage; on this machine nobody does. */
export const dashboardOf = (deployed: readonly Deployed[], settings: Settings): Record<string, Resource> =>
  isLocal(settings)
    ? {}
    : {
        Dashboard: {
          Type: 'AWS::CloudWatch::Dashboard',
          Properties: {
            DashboardName: queuePrefix(settings).slice(0, -1),
            DashboardBody: { 'Fn::Sub': JSON.stringify(bodyOf(deployed, settings)) },
          },
        },
      };

/** Ten rows, whatever the catalogue has: what is told by type is searched for, or is a curve of one panel. */
const bodyOf = (deployed: readonly Deployed[], settings: Settings): { widgets: Widget[] } => ({
  widgets: placed([
    [
      heading(
        `**${settings.service} ${settings.stage}**: what a number says is in docs/signals.md, what to do in docs/operations.md.`,
      ),
    ],
    alarmPanels(alarmNames(deployed, settings)),
    requests(settings),
    settled(settings),
    times(settings),
    waits(deployed, settings),
    failed(settings),
    depths(settings),
    dependencies(settings),
    functions(deployed, settings),
  ]),
});

const alarmNames = (deployed: readonly Deployed[], settings: Settings): string[] =>
  Object.values(alarmsOf(deployed, settings)).map(({ Properties }) => String(Properties.AlarmName));

const requests = (settings: Settings): Panel[] => [
  panel('Events that came in', [
    curve(ownOfAll('Accepted', settings, 'Sum')),
    curve(ownOfAll('Duplicates', settings, 'Sum')),
    curve(ownOfAll('QueueUnavailable', settings, 'Sum')),
  ]),
  panel('Refused, by code', [curvesOf('Refused', settings, 'Sum')]),
  panel('Who called', [curvesOf('Verdicts', settings, 'Sum')]),
];

const settled = (settings: Settings): Panel[] => [
  panel('Settled, by outcome', [
    sumOf('Succeeded', settings),
    sumOf('Rejected', settings),
    sumOf('Expired', settings),
    sumOf('SettledAgain', settings),
    curve(ownOfAll('FailuresRecorded', settings, 'Sum'), 'Failed'),
  ]),
  panel('Succeeded, by type', [curvesOf('Succeeded', settings, 'Sum')]),
  panel('Rejected and expired, by type', [curvesOf('Rejected', settings, 'Sum'), curvesOf('Expired', settings, 'Sum')]),
];

const times = (settings: Settings): Panel[] => [
  panel(
    'Ingest, without waits',
    [curve(ownOfAll('IngestTime', settings, 'p50'), 'p50'), curve(ownOfAll('IngestTime', settings, 'p99'), 'p99')],
    'ms',
  ),
  panel(
    'From receipt to settled, p50 and p99 by type',
    (['p50', 'p99'] as const).map((one) => curvesOf('TimeToSettle', settings, one)),
    'ms',
  ),
  panel('Handlers, p99 by type', [curvesOf('HandlerTime', settings, 'p99')], 'ms'),
];

function waits(deployed: readonly Deployed[], settings: Settings): Panel[] {
  const queues = deployed.flatMap(({ entry }) =>
    entry ? [{ type: entry.definition.type, queue: queueName(settings, entry.definition.type, entry.ordered) }] : [],
  );
  const ofQueues = (name: string) => queues.map(({ type, queue }) => curve(sqs(name, queue, 'Maximum'), type));
  return [
    panel('How long events wait, by their consumers', [curvesOf('WaitingSeconds', settings, 'Maximum')], 's'),
    ...(queues.length === 0
      ? []
      : [
          panel('Age of the oldest, by SQS', ofQueues('ApproximateAgeOfOldestMessage'), 's'),
          panel('Waiting', ofQueues('ApproximateNumberOfMessagesVisible')),
        ]),
  ];
}

const failed = (settings: Settings): Panel[] => [
  panel('Failed, by type', [curvesOf('FailuresRecorded', settings, 'Sum')]),
  panel('Failures that wait for a person', [curvesOf('FailuresOpen', settings, 'Maximum')]),
  panel('Replayed, by type', [curvesOf('FailuresReplayed', settings, 'Sum')]),
];

const depths = (settings: Settings): Panel[] => {
  const depth = (queue: string) => curve(sqs('ApproximateNumberOfMessagesVisible', queue, 'Maximum'), queue);
  return [
    panel('Dead letters and replays', [
      ...[false, true].map((ordered) => depth(deadLetterQueueName(settings, ordered))),
      depth(replaysQueueName(settings)),
    ]),
    panel('The API', [
      curve(api('Count', API_ID, 'Sum'), 'requests'),
      curve(api('4xx', API_ID, 'Sum')),
      curve(api('5xx', API_ID, 'Sum')),
    ]),
    panel(
      'The API, with waits',
      [curve(api('Latency', API_ID, 'p50'), 'p50'), curve(api('Latency', API_ID, 'p99'), 'p99')],
      'ms',
    ),
  ];
};

function dependencies(settings: Settings): Panel[] {
  const nodes = settings.servers?.redis?.cacheClusterIds ?? [];
  return [
    panel('Came back for infrastructure', [
      curve(own('ReturnedForInfrastructure', consume.name, settings, 'Sum'), 'messages'),
      sumOf('BreakerOpened', settings),
    ]),
    panel('Conflicts, by type', [curvesOf('Conflicts', settings, 'Sum')]),
    panel('Joint runs, and those that fell back', [sumOf('JointRuns', settings), sumOf('FallBacks', settings)]),
    ...(nodes.length === 0
      ? []
      : [
          panel(
            'Redis',
            nodes.flatMap((node) => [
              curve(elastiCache('Evictions', node, 'Sum'), `${node} evictions`),
              curve(elastiCache('DatabaseMemoryUsagePercentage', node, 'Maximum'), `${node} memory, %`),
            ]),
          ),
        ]),
  ];
}

function functions(deployed: readonly Deployed[], settings: Settings): Panel[] {
  const ofAll = (name: string, statistic: 'Sum' | 'Maximum') =>
    deployed.map(({ key }) => curve(lambda(name, functionName(settings, key), statistic), key));
  return [
    panel('Errors of functions', ofAll('Errors', 'Sum')),
    panel('Throttles of functions', ofAll('Throttles', 'Sum')),
    panel('Longest runs', ofAll('Duration', 'Maximum'), 'ms'),
    panel('Cold starts', [curvesOf('ColdStarts', settings, 'Sum')]),
  ];
}
