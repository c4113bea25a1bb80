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

const DAY = 24 * 3600;
const waiting = 'WaitingSeconds+ApproximateAgeOfOldestMessage';
const stalled =
  'NumberOfMessagesDeleted+ApproximateNumberOfMessagesVisible+ApproximateNumberOfMessagesNotVisible+ApproximateNumberOfMessagesDelayed';
const ofFunction = 'Errors+Throttles+Duration';
const ofType = (stem: string) => ({
  [`${stem}QueueStalledAlarm`]: [stalled, 0, '12 of 12'],
  [`${stem}QueueFailuresAlarm`]: ['FailuresRecorded', 0, '1 of 1'],
  [`${stem}QueueSlowAlarm`]: [waiting, 900, '1 of 1'],
  [`${stem}QueueOldAlarm`]: [waiting, 5 * DAY, '1 of 1'],
  [`On${stem}FunctionAlarm`]: [`${ofFunction}+ApproximateNumberOfMessagesNotVisible`, 0, '2 of 3'],
});
const ofLetters = [`${stalled}+ApproximateAgeOfOldestMessage`, 0, '3 of 3'];

describe('alarms', () => {
  test('are these, on these metrics', () => {
    const types = ['StockCounted', 'StockMoved', 'StockSeen'];
    const others = Object.keys(template.functions).filter((key) => !key.startsWith('on'));
    expect(shown).toEqual({
      ...Object.assign({}, ...types.map(ofType)),
      ...Object.fromEntries(
        others.map((key) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}FunctionAlarm`, [ofFunction, 0, '2 of 3']]),
      ),
      DeadLetterQueueAlarm: ofLetters,
      FifoDeadLetterQueueAlarm: ofLetters,
      ReplaysQueueAlarm: [stalled.replace('NumberOfMessagesDeleted', 'FailuresReplayed'), 0, '4 of 4'],
      OutageAlarm: ['ReturnedForInfrastructure', 0, '2 of 3'],
      IngestSlowAlarm: ['IngestTime', 3000, '3 of 3'],
      ApiErrorsAlarm: ['5xx', 0, '3 of 3'],
      OpenFailuresAlarm: ['FailuresOpen', 0, '24 of 24'],
      UnreadableFailuresAlarm: ['FailuresRecorded', 0, '1 of 1'],
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
