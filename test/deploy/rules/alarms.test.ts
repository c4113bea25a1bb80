import { describe, expect, test } from 'vitest';
import { fullTemplate, resourcesOf } from '../../support/full-template.ts';

const template = await fullTemplate();
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');

const namesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, one]) => (key === 'MetricName' ? [String(one)] : namesIn(one)));

/** On what, above which threshold, and in how many of how many periods. */
const shown = Object.fromEntries(
  Object.entries(alarms).map(([id, one]) => [
    id,
    [
      namesIn(one).join('+'),
      Number(one.Threshold),
      `${one.DatapointsToAlarm ?? one.EvaluationPeriods} of ${one.EvaluationPeriods}`,
    ],
  ]),
);

const HOUR = 3600;
const DAY = 24 * HOUR;
const waiting = 'WaitingSeconds+ApproximateAgeOfOldestMessage';
const stalled =
  'NumberOfMessagesDeleted+ApproximateNumberOfMessagesVisible+ApproximateNumberOfMessagesNotVisible+ApproximateNumberOfMessagesDelayed';
const ofType = (stem: string, fair: boolean) => ({
  [`${stem}QueueStalledAlarm`]: [stalled, 0, '12 of 12'],
  [`${stem}QueueFailuresAlarm`]: ['FailuresRecorded', 0, '1 of 1'],
  [`${stem}QueueSlowAlarm`]: [waiting, 900, '1 of 1'],
  [`${stem}QueueOldAlarm`]: [waiting, 5 * DAY, '1 of 1'],
  ...(fair && {
    [`${stem}QueueUnfairAlarm`]: [
      'ApproximateNumberOfNoisyGroups+ApproximateAgeOfOldestMessageInQuietGroups',
      HOUR,
      '1 of 1',
    ],
  }),
});
const ofLetters = (id: string) => ({
  [`${id}OldAlarm`]: ['ApproximateAgeOfOldestMessage', HOUR, '1 of 1'],
  [`${id}DepthAlarm`]: ['ApproximateNumberOfMessagesVisible', 0, '3 of 3'],
});

describe('alarms', () => {
  test('are these, on these metrics', () => {
    const ofFunctions = Object.keys(template.functions).map((key) => [
      `${key.charAt(0).toUpperCase()}${key.slice(1)}ErrorsAlarm`,
      ['Errors', 0, '2 of 3'],
    ]);
    expect(shown).toEqual({
      ...ofType('StockCounted', true),
      ...ofType('StockMoved', false),
      ...ofType('StockSeen', true),
      ...ofLetters('DeadLetterQueue'),
      ...ofLetters('FifoDeadLetterQueue'),
      ReplaysQueueOldAlarm: ['ApproximateAgeOfOldestMessage', DAY, '1 of 1'],
      OutageAlarm: ['ReturnedForInfrastructure', 0, '2 of 3'],
      ApiErrorsAlarm: ['5xx', 0, '3 of 3'],
      ...Object.fromEntries(ofFunctions),
    });
  });

  test('tell the topic of the stage, of the end too', () => {
    for (const [id, one] of Object.entries(alarms))
      expect([one.AlarmActions, one.OKActions], id).toEqual(Array(2).fill(['arn:aws:sns:eu-central-1:1:alarms']));
  });

  test('are above their threshold, and quiet where nothing was told', () => {
    for (const [id, one] of Object.entries(alarms))
      expect(one, id).toMatchObject({ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' });
  });

  test('are about what there is: queues and functions of this stage', () => {
    const queues = Object.values(resourcesOf(template, 'AWS::SQS::Queue')).map(({ QueueName }) => QueueName);
    const functions = Object.values(template.functions).map(({ name }) => name);
    const text = JSON.stringify(alarms);
    const named = (dimension: string) =>
      new Set([...text.matchAll(new RegExp(`"Name":"${dimension}","Value":"([^"]+)"`, 'g'))].map(([, one]) => one));
    expect(named('QueueName')).toEqual(new Set(queues));
    expect(named('FunctionName')).toEqual(new Set(functions));
  });
});
