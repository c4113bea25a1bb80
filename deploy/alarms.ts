import type { CatalogueEntry } from '../lib/core/catalogue.ts';
import { pascalCase } from '../lib/core/names.ts';
import { type Alarm, alarmFor, DAY, HOUR, MINUTE } from './alarm.ts';
import type { Deployed } from './deployed.ts';
import { metric, query, sqs } from './metrics.ts';
import {
  deadLetterQueueId,
  deadLetterQueueName,
  functionName,
  queueId,
  queueName,
  REPLAYS_QUEUE_ID,
  replaysQueueName,
} from './names.ts';
import { alarmsOnType, outage } from './own-alarms.ts';
import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

/** Alarms that name what is wrong, and tell the stage's topic when it has one. */
export function alarmsOf(deployed: readonly Deployed[], settings: Settings): Record<string, Resource> {
  const alarm = alarmFor(settings);
  return Object.fromEntries([
    ...deployed.flatMap(({ key, entry }) =>
      entry
        ? [
            stalled(alarm, entry, settings),
            ...alarmsOnType(alarm, entry, settings),
            ...unfair(alarm, entry, settings),
            errors(alarm, key, settings),
          ]
        : [],
    ),
    ...[false, true].flatMap((ordered) => deadLetters(alarm, settings, ordered)),
    replays(alarm, settings),
    outage(alarm, settings),
    ...deployed.flatMap(({ key, entry }) => (entry ? [] : [errors(alarm, key, settings)])),
    serverErrors(alarm),
  ]);
}

/** Nothing has been finished for twelve hours (a handler may put an event off for eleven) while something waits. */
const stalled = (
  alarm: Alarm,
  { definition: { type }, ordered }: CatalogueEntry,
  settings: Settings,
): [string, Resource] => {
  const queue = queueName(settings, type, ordered);
  return alarm(`${queueId(type)}StalledAlarm`, `No ${type} has been finished for twelve hours, and some wait.`, {
    Metrics: [
      {
        Id: 'stalled',
        Expression: 'IF(FILL(deleted, 0) == 0 AND FILL(visible, 0) + FILL(inflight, 0) + FILL(delayed, 0) > 0, 1, 0)',
        Label: `${pascalCase(type)} stalled`,
        ReturnData: true,
      },
      query('deleted', sqs('NumberOfMessagesDeleted', queue, 'Sum'), HOUR),
      query('visible', sqs('ApproximateNumberOfMessagesVisible', queue, 'Maximum'), HOUR),
      query('inflight', sqs('ApproximateNumberOfMessagesNotVisible', queue, 'Maximum'), HOUR),
      query('delayed', sqs('ApproximateNumberOfMessagesDelayed', queue, 'Maximum'), HOUR),
    ],
    Threshold: 0,
    EvaluationPeriods: 12,
  });
};

/**
 * One tenant has a backlog, and those that have none wait all the same, as fair queues should not let them (protocol: fair-queues). The
 * age alone would tell of each event that its handler puts off for hours; while nobody is noisy it is only that, and the alarms above
 * are for the rest.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const unfair = (
  alarm: Alarm,
  { definition: { type }, ordered }: CatalogueEntry,
  settings: Settings,
): [string, Resource][] => {
  const queue = queueName(settings, type, ordered);
  const what = `A ${type} of a tenant that sends little has waited for over an hour behind those of one that sends much.`;
  const properties = {
    Metrics: [
      {
        Id: 'unfair',
        Expression: 'IF(FILL(noisy, 0) > 0, FILL(age, 0), 0)',
        Label: `${pascalCase(type)} of quiet tenants`,
        ReturnData: true,
      },
      query('noisy', sqs('ApproximateNumberOfNoisyGroups', queue, 'Maximum'), 5 * MINUTE),
      query('age', sqs('ApproximateAgeOfOldestMessageInQuietGroups', queue, 'Maximum'), 5 * MINUTE),
    ],
    Threshold: HOUR,
    EvaluationPeriods: 1,
  };
  return ordered ? [] : [alarm(`${queueId(type)}UnfairAlarm`, what, properties)];
};

/** The dead-letter function empties these queues at once, so what stays is not being recorded. */
const deadLetters = (alarm: Alarm, settings: Settings, ordered: boolean): [string, Resource][] => {
  const queue = deadLetterQueueName(settings, ordered);
  return [
    alarm(`${deadLetterQueueId(ordered)}OldAlarm`, `A dead letter in ${queue} is not recorded for over an hour.`, {
      ...metric(sqs('ApproximateAgeOfOldestMessage', queue, 'Maximum'), 5 * MINUTE),
      Threshold: HOUR,
      EvaluationPeriods: 1,
    }),
    alarm(`${deadLetterQueueId(ordered)}DepthAlarm`, `Dead letters stay in ${queue}.`, {
      ...metric(sqs('ApproximateNumberOfMessagesVisible', queue, 'Maximum'), 5 * MINUTE),
      Threshold: 0,
      EvaluationPeriods: 3,
    }),
  ];
};

/** At 50 failures a second a day is four million of them. */
const replays = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm(
    `${REPLAYS_QUEUE_ID}OldAlarm`,
    'A replay of many failures has not ended for over a day; SQS deletes it after fourteen.',
    {
      ...metric(sqs('ApproximateAgeOfOldestMessage', replaysQueueName(settings), 'Maximum'), 5 * MINUTE),
      Threshold: DAY,
      EvaluationPeriods: 1,
    },
  );

const errors = (alarm: Alarm, key: string, settings: Settings): [string, Resource] =>
  alarm(`${key.charAt(0).toUpperCase()}${key.slice(1)}ErrorsAlarm`, `${key} crashed, ran out of time or threw.`, {
    ...metric(
      {
        namespace: 'AWS/Lambda',
        name: 'Errors',
        dimensions: [{ Name: 'FunctionName', Value: functionName(settings, key) }],
        statistic: 'Sum',
      },
      5 * MINUTE,
    ),
    Threshold: 0,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
  });

/** Clients are told to come back (503) for a while; for how long is what somebody must hear. */
const serverErrors = (alarm: Alarm): [string, Resource] =>
  alarm('ApiErrorsAlarm', 'Clients have been answered 5xx for a quarter of an hour.', {
    ...metric(
      {
        namespace: 'AWS/ApiGateway',
        name: '5xx',
        dimensions: [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }],
        statistic: 'Sum',
      },
      5 * MINUTE,
    ),
    Threshold: 0,
    EvaluationPeriods: 3,
  });
