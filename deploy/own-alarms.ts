import type { CatalogueEntry } from '../lib/core/catalogue.ts';
import { pascalCase } from '../lib/core/names.ts';
import { SOURCE_RETENTION_SECONDS } from '../lib/core/retention.ts';
import { consume } from '../lib/wiring/functions/consume.ts';
import { type Alarm, DAY, MINUTE } from './alarm.ts';
import { metric, own, query, sqs } from './metrics.ts';
import { queueId, queueName } from './names.ts';
import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

/** Alarms of a type on what its functions tell of themselves (lib/core/metrics.ts). */
export const alarmsOnType = (alarm: Alarm, entry: CatalogueEntry, settings: Settings): [string, Resource][] => [
  failures(alarm, entry, settings),
  ...late(alarm, entry, settings),
];

/** The dead letters are emptied at once, so that no queue shows what fails. */
function failures(alarm: Alarm, { definition }: CatalogueEntry, settings: Settings): [string, Resource] {
  const { type, alarms } = definition;
  return alarm(`${queueId(type)}FailuresAlarm`, `Events of type ${type} have failed: see GET /failures?type=${type}.`, {
    ...metric(own('FailuresRecorded', type, settings, 'Sum'), 5 * MINUTE),
    Threshold: alarms.failures,
    EvaluationPeriods: 1,
  });
}

/**
 * Age by two measures. SQS leaves out of its own what was received three times, which is all of it in a long outage; the consumer's own says
 * nothing where no consumer runs.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function late(alarm: Alarm, { definition, ordered }: CatalogueEntry, settings: Settings): [string, Resource][] {
  const { type, alarms } = definition;
  const over = (seconds: number) => ({
    Metrics: [
      {
        Id: 'late',
        Expression: 'MAX([FILL(waiting, 0), FILL(age, 0)])',
        Label: `${pascalCase(type)} waiting`,
        ReturnData: true,
      },
      query('waiting', own('WaitingSeconds', type, settings, 'Maximum'), 5 * MINUTE),
      query('age', sqs('ApproximateAgeOfOldestMessage', queueName(settings, type, ordered), 'Maximum'), 5 * MINUTE),
    ],
    Threshold: seconds,
    EvaluationPeriods: 1,
  });
  const days = (SOURCE_RETENTION_SECONDS - OLD_SECONDS) / DAY;
  return [
    alarm(`${queueId(type)}SlowAlarm`, `An event of type ${type} has waited for over ${alarms.slowAfter} s.`, {
      ...over(alarms.slowAfter),
    }),
    alarm(`${queueId(type)}OldAlarm`, `SQS deletes an event of type ${type} in ${days} days.`, {
      ...over(OLD_SECONDS),
    }),
  ];
}

/** A day later what waits becomes a failure (protocol: waiting-ends). */
const OLD_SECONDS = SOURCE_RETENTION_SECONDS - 2 * DAY;

/** Of all types together: what is down is the stage's. An election in a replica set is over within five minutes. */
export const outage = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm('OutageAlarm', 'Events come back because MongoDB, Redis or SQS does not answer their consumers.', {
    ...metric(own('ReturnedForInfrastructure', consume.name, settings, 'Sum'), 5 * MINUTE),
    Threshold: 0,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
  });
