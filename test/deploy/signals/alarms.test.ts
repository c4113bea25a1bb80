import { describe, expect, it } from 'vitest';
import { resourcesOfType } from '../../../deploy/resource-count.ts';
import { derive } from '../../../deploy/template.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { catalogueOfTypes, definitionOf } from '../../support/definitions.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const settings = { service: 'sluice', stage: 'dev', origins: [], environment };
const orderedBy = ({ name }: { name: string }) => name;
const alarms = { slowAfter: 7200, failures: 25 };
const catalogue = catalogueOf([
  defineEvent(definitionOf('parcel.sent')),
  defineEvent({ ...definitionOf('parcel.moved'), orderedBy, alarms }),
  defineEvent({ ...definitionOf('parcel.kept'), alarms }),
]);
const resourcesOf = async (over: object = {}) =>
  (await derive({ ...settings, ...over }, catalogue)).resources.Resources;
const Resources = await resourcesOf();
const propertiesOf = (id: string) => Resources[id]?.Properties;
const MOST = 11;

describe('alarms of an event type', () => {
  it('tell of its failures, beyond as many as its file says', () => {
    expect(propertiesOf('ParcelSentQueueFailuresAlarm')).toMatchObject({
      Namespace: 'Sluice',
      MetricName: 'FailuresRecorded',
      Dimensions: [
        { Name: 'service', Value: 'sluice' },
        { Name: 'stage', Value: 'dev' },
        { Name: 'type', Value: 'parcel.sent' },
      ],
      ...{ Statistic: 'Sum', Period: 300, Threshold: 0, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
    });
    expect(propertiesOf('ParcelMovedQueueFailuresAlarm')).toMatchObject({ Threshold: 25 });
  });

  it('tell of events that wait, by the age that SQS knows and by that which their consumer sees', () => {
    const late = {
      Metrics: [
        { Expression: 'MAX([waiting, age])', ReturnData: true },
        { Id: 'waiting', MetricStat: { Metric: { MetricName: 'WaitingSeconds' }, Stat: 'Maximum' } },
        { Id: 'age', MetricStat: { Metric: { MetricName: 'ApproximateAgeOfOldestMessage' }, Stat: 'Maximum' } },
      ],
    };
    expect(propertiesOf('ParcelSentQueueSlowAlarm')).toMatchObject({ ...late, Threshold: 900 });
    expect(propertiesOf('ParcelMovedQueueSlowAlarm')).toMatchObject({ ...late, Threshold: 7200 });
    // Two days before SQS deletes it, a day before it becomes a failure.
    for (const type of ['Sent', 'Moved', 'Kept'])
      expect(propertiesOf(`Parcel${type}QueueOldAlarm`)).toMatchObject({ ...late, Threshold: 5 * 86_400 });
  });

  it('tell after an hour of quiet tenants behind a noisy one, where events may wait for longer and no order keeps them (protocol: fair-queues)', () => {
    const of = [{ Name: 'QueueName', Value: 'sluice-dev-parcel-kept' }];
    expect(propertiesOf('ParcelKeptQueueSlowAlarm')).toMatchObject({
      Threshold: 7200,
      Metrics: [
        // An hour is as much as the two that its file says.
        { Expression: 'MAX([waiting, age, IF(noisy > 0, quiet, 0) * 2])' },
        ...[{ Id: 'waiting' }, { Id: 'age' }],
        { Id: 'noisy', MetricStat: { Metric: { MetricName: 'ApproximateNumberOfNoisyGroups', Dimensions: of } } },
        {
          Id: 'quiet',
          MetricStat: { Metric: { MetricName: 'ApproximateAgeOfOldestMessageInQuietGroups', Dimensions: of } },
        },
      ],
    });
  });

  it('tell of a consumer that crashes, is throttled or uses up its time, and of too much in flight, by numbers that add up', () => {
    expect(propertiesOf('OnParcelSentFunctionAlarm')).toMatchObject({
      Metrics: [
        {
          Expression:
            'IF(errors > 0, 1, 0) + IF(throttles > 0, 2, 0) + IF(duration > 49000, 4, 0) + IF(inflight > 96000, 8, 0)',
        },
        { Id: 'errors', MetricStat: { Metric: { MetricName: 'Errors' }, Period: 300, Stat: 'Sum' } },
        { Id: 'throttles', MetricStat: { Metric: { MetricName: 'Throttles' }, Period: 300, Stat: 'Sum' } },
        { Id: 'duration', MetricStat: { Metric: { MetricName: 'Duration' }, Period: 300, Stat: 'Maximum' } },
        { Id: 'inflight', MetricStat: { Metric: { MetricName: 'ApproximateNumberOfMessagesNotVisible' } } },
      ],
      ...{ Threshold: 0, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    });
  });

  it('are one message where the stage says so, with all of them beneath it', async () => {
    const topic = 'arn:aws:sns:eu-central-1:1:alarms';
    const byType = await resourcesOf({ alarmTopic: topic, alarms: { byType: true } });
    const beneath = ['ParcelSentQueueFailures', 'ParcelSentQueueSlow', 'ParcelSentQueueOld', 'ParcelSentQueueStalled'];
    const ids = [...beneath, 'OnParcelSentFunction'].map((one) => `${one}Alarm`);
    expect(byType.ParcelSentQueueAlarm).toMatchObject({
      Type: 'AWS::CloudWatch::CompositeAlarm',
      DependsOn: ids,
      Properties: { AlarmRule: ids.map((id) => `ALARM("sluice-dev-${id}")`).join(' OR '), AlarmActions: [topic] },
    });
    for (const id of ids) expect(byType[id]?.Properties).not.toHaveProperty('AlarmActions');
    expect(byType.OutageAlarm?.Properties.AlarmActions).toEqual([topic]);
    expect(Resources).not.toHaveProperty('ParcelSentQueueAlarm');
  });

  it.each([false, true])(
    'leave it eleven resources at most, as many as packaging counts on (byType %s)',
    async (byType) => {
      const count = async (types: string[]) => {
        const { functions, resources } = await derive({ ...settings, alarms: { byType } }, catalogueOfTypes(types));
        // The framework adds function, log group and event source mapping.
        return Object.keys(resources.Resources).length + 3 * Object.keys(functions).length;
      };
      const more = (await count(['a.b', 'c.e'])) - (await count(['a.b']));
      expect(more).toBe(resourcesOfType({ byType }));
      expect(more).toBeLessThanOrEqual(MOST);
    },
  );
});

describe('alarms of a stage', () => {
  it('tell of an outage within a quarter of an hour, once for all types', () => {
    expect(propertiesOf('OutageAlarm')).toMatchObject({
      MetricName: 'ReturnedForInfrastructure',
      Dimensions: [{ Value: 'sluice' }, { Value: 'dev' }, { Name: 'function', Value: 'consume' }],
      ...{ Statistic: 'Sum', Period: 300, Threshold: 0, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    });
  });

  it('tell of slow answers to requests, of all types together and without what clients wait for', () => {
    expect(propertiesOf('IngestSlowAlarm')).toMatchObject({
      MetricName: 'IngestTime',
      Dimensions: [{ Name: 'service' }, { Name: 'stage' }],
      ...{ ExtendedStatistic: 'p99', Threshold: 3000, EvaluationPeriods: 3 },
    });
  });

  it('tell of failures that are open for a day, beyond as many as the stage says', async () => {
    const wanted = { MetricName: 'FailuresOpen', Statistic: 'Maximum', Period: 3600, EvaluationPeriods: 24 };
    expect(propertiesOf('OpenFailuresAlarm')).toMatchObject({ ...wanted, Threshold: 0 });
    const more = await resourcesOf({ alarms: { openFailures: 50 } });
    expect(more.OpenFailuresAlarm?.Properties).toMatchObject({ Threshold: 50 });
  });

  it('tell of a replay that does not move, of which SQS knows no age, because its message comes back and back', () => {
    expect(propertiesOf('ReplaysQueueAlarm')).toMatchObject({
      Metrics: [
        {
          Expression: 'IF(visible + inflight + delayed > 0, 1, 0) - IF(replayed > 0, 1, 0)',
        },
        { MetricStat: { Metric: { MetricName: 'FailuresReplayed' }, Period: 900 } },
        ...Array(3).fill({ MetricStat: { Metric: { Dimensions: [{ Value: 'sluice-dev-replays' }] } } }),
      ],
      EvaluationPeriods: 4,
    });
  });

  it('tell of evictions where the stage names the nodes of its Redis', async () => {
    expect(Resources).not.toHaveProperty('RedisEvictionsAlarm');
    const servers = { redis: { cacheClusterIds: ['node-001', 'node-002'] } };
    expect((await resourcesOf({ servers })).RedisEvictionsAlarm?.Properties).toMatchObject({
      Metrics: [
        { Expression: 'SUM([node0, node1])' },
        { MetricStat: { Metric: { MetricName: 'Evictions', Dimensions: [{ Value: 'node-001' }] } } },
        { MetricStat: { Metric: { MetricName: 'Evictions', Dimensions: [{ Value: 'node-002' }] } } },
      ],
      Threshold: 0,
    });
  });
});
