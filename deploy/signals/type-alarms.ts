import type { CatalogueEntry } from '../../lib/core/catalogue.ts';
import { pascalCase } from '../../lib/core/names.ts';
import { SOURCE_RETENTION_SECONDS } from '../../lib/core/retention.ts';
import { queueId, queueName } from '../names.ts';
import type { Resource } from '../queues.ts';
import type { Settings } from '../settings.ts';
import { type Alarm, actionsOf, alarmFor, alarmName, DAY, describe, HOUR, MINUTE } from './alarm.ts';
import { alarmOfConsumer, type DeployedConsumer } from './function-alarms.ts';
import { joined, type Metric, metric, own, sqs, standsStill, waitingIn } from './metrics.ts';

/** Alarms of an event type. Where the stage wants one message a type, one alarm on all of them tells in their place. */
export function alarmsOfType(one: DeployedConsumer, settings: Settings): [string, Resource][] {
  const { byType } = settings.alarms;
  const alarm = byType ? alarmFor(settings, {}) : alarmFor(settings);
  const { entry } = one;
  const alarms = [
    failures(alarm, entry, settings),
    slow(alarm, entry, settings),
    old(alarm, entry, settings),
    stalled(alarm, entry, settings),
    alarmOfConsumer(alarm, one, settings),
  ];
  return byType ? [...alarms, together(entry, alarms, settings)] : alarms;
}

/** The dead letters are emptied at once, so that no queue shows what fails. */
function failures(alarm: Alarm, { definition }: CatalogueEntry, settings: Settings): [string, Resource] {
  const { type, alarms } = definition;
  const says = `Events of type ${type} have failed: see GET /failures?type=${type}.`;
  return alarm(
    `${queueId(type)}FailuresAlarm`,
    { says, paragraph: 'failures' },
    {
      ...metric(own('FailuresRecorded', type, settings, 'Sum'), 5 * MINUTE),
      Threshold: alarms.failures,
      EvaluationPeriods: 1,
    },
  );
}

/**
 * Age by two measures. SQS leaves out of its own what was received three times, which is all of it in a long outage; the consumer's own says
 * nothing where no consumer runs.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const ages = ({ definition: { type }, ordered }: CatalogueEntry, settings: Settings) => ({
  waiting: own('WaitingSeconds', type, settings, 'Maximum'),
  age: sqs('ApproximateAgeOfOldestMessage', queueName(settings, type, ordered), 'Maximum'),
});
const OLDEST = 'MAX([waiting, age])';

function slow(alarm: Alarm, entry: CatalogueEntry, settings: Settings): [string, Resource] {
  const { type, alarms } = entry.definition;
  const quiet = quietTenants(entry, settings);
  const behind = quiet ? `, or one of a quiet tenant behind those of a noisy one for over ${HOUR} s` : '';
  const says = `An event of type ${type} has waited for over ${alarms.slowAfter} s${behind}.`;
  const expression = quiet ? `MAX([waiting, age, ${quiet.expression}])` : OLDEST;
  return alarm(
    `${queueId(type)}SlowAlarm`,
    { says, paragraph: 'slow' },
    {
      ...joined(`${pascalCase(type)} waiting`, expression, { ...ages(entry, settings), ...quiet?.metrics }, 5 * MINUTE),
      Threshold: alarms.slowAfter,
      EvaluationPeriods: 1,
    },
  );
}

/**
 * One tenant has a backlog, and those that have none wait for an hour all the same, as fair queues should not let them
 * (protocol: fair-queues). Where no event may wait for so long the age tells of it before; else an age would tell of each event that its handler
 * puts off for hours, and while nobody is noisy it is only that. An hour counts as much as the longest that its events may wait.
 */
function quietTenants(
  { definition, ordered }: CatalogueEntry,
  settings: Settings,
): { expression: string; metrics: Readonly<Record<string, Metric>> } | undefined {
  const { type, alarms } = definition;
  if (ordered || alarms.slowAfter <= HOUR) return undefined;
  const queue = queueName(settings, type, ordered);
  return {
    expression: `IF(noisy > 0, quiet, 0) * ${alarms.slowAfter / HOUR}`,
    metrics: {
      noisy: sqs('ApproximateNumberOfNoisyGroups', queue, 'Maximum'),
      quiet: sqs('ApproximateAgeOfOldestMessageInQuietGroups', queue, 'Maximum'),
    },
  };
}

/** A day later what waits becomes a failure (protocol: waiting-ends). */
const OLD_SECONDS = SOURCE_RETENTION_SECONDS - 2 * DAY;

function old(alarm: Alarm, entry: CatalogueEntry, settings: Settings): [string, Resource] {
  const { type } = entry.definition;
  const days = (SOURCE_RETENTION_SECONDS - OLD_SECONDS) / DAY;
  const says = `SQS deletes an event of type ${type} in ${days} days.`;
  return alarm(
    `${queueId(type)}OldAlarm`,
    { says, paragraph: 'old' },
    {
      ...joined(`${pascalCase(type)} waiting`, OLDEST, ages(entry, settings), 5 * MINUTE),
      Threshold: OLD_SECONDS,
      EvaluationPeriods: 1,
    },
  );
}

/** Nothing has been finished for twelve hours (a handler may put an event off for eleven) while something waits. */
function stalled(
  alarm: Alarm,
  { definition: { type }, ordered }: CatalogueEntry,
  settings: Settings,
): [string, Resource] {
  const queue = queueName(settings, type, ordered);
  const says = `No ${type} has been finished for twelve hours, and some wait.`;
  return alarm(
    `${queueId(type)}StalledAlarm`,
    { says, paragraph: 'stalled' },
    {
      ...joined(
        `${pascalCase(type)} stalled`,
        standsStill('deleted'),
        { deleted: sqs('NumberOfMessagesDeleted', queue, 'Sum'), ...waitingIn(queue) },
        HOUR,
      ),
      Threshold: 0,
      EvaluationPeriods: 12,
    },
  );
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
function together(
  { definition: { type } }: CatalogueEntry,
  alarms: readonly [string, Resource][],
  settings: Settings,
): [string, Resource] {
  const ids = alarms.map(([id]) => id);
  const id = `${queueId(type)}Alarm`;
  return [
    id,
    {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      DependsOn: ids,
      Properties: {
        AlarmName: alarmName(id, settings),
        AlarmDescription: describe({ says: `Something is wrong with events of type ${type}.`, paragraph: 'type' }),
        AlarmRule: ids.map((one) => `ALARM("${alarmName(one, settings)}")`).join(' OR '),
        ...actionsOf(settings),
      },
    },
  ];
}
