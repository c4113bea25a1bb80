import { describe, expect, it } from 'vitest';
import { derive } from '../../deploy/template.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { METRICS, NAMESPACE } from '../../lib/core/metrics.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { definitionOf } from '../support/definitions.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const settings = { service: 'sluice', stage: 'dev', origins: [], environment };
const ordered = { orderedBy: ({ name }: { name: string }) => name };
const alarms = { slowAfter: 7200, failures: 25 };

describe('alarms on what functions tell', async () => {
  const catalogue = catalogueOf([
    defineEvent(definitionOf('parcel.sent')),
    defineEvent({ ...definitionOf('parcel.moved'), ...ordered, alarms }),
  ]);
  const { Resources } = (await derive(settings, catalogue)).resources;
  const propertiesOf = (id: string) => Resources[id]?.Properties;
  const metricsIn = (value: unknown): { Namespace: string; MetricName: string; Dimensions: { Name: string }[] }[] => {
    if (typeof value !== 'object' || value === null) return [];
    const own = 'MetricName' in value && 'Namespace' in value ? [value as never] : [];
    return [...own, ...Object.values(value).flatMap(metricsIn)];
  };

  it('ask for metrics that functions tell, by the dimensions that those have', () => {
    const asked = metricsIn(Resources).filter(({ Namespace }) => Namespace === NAMESPACE);
    expect(new Set(asked.map(({ MetricName }) => MetricName))).toEqual(
      new Set(['FailuresRecorded', 'WaitingSeconds', 'ReturnedForInfrastructure']),
    );
    for (const { MetricName, Dimensions } of asked) {
      const known = Object.entries(METRICS).find(([name]) => name === MetricName)?.[1];
      expect(
        Dimensions.map(({ Name }) => Name),
        MetricName,
      ).toEqual(['service', 'stage', known?.by]);
    }
  });

  it('tell of failures of a type, beyond as many as its file says', () => {
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
        { Expression: 'MAX([FILL(waiting, 0), FILL(age, 0)])', ReturnData: true },
        { Id: 'waiting', MetricStat: { Metric: { MetricName: 'WaitingSeconds' }, Stat: 'Maximum' } },
        { Id: 'age', MetricStat: { Metric: { MetricName: 'ApproximateAgeOfOldestMessage' }, Stat: 'Maximum' } },
      ],
    };
    expect(propertiesOf('ParcelSentQueueSlowAlarm')).toMatchObject({ ...late, Threshold: 900 });
    expect(propertiesOf('ParcelMovedQueueSlowAlarm')).toMatchObject({ ...late, Threshold: 7200 });
    // Two days before SQS deletes it, a day before it becomes a failure.
    expect(propertiesOf('ParcelSentQueueOldAlarm')).toMatchObject({ ...late, Threshold: 5 * 86_400 });
  });

  it('tell of an outage within a quarter of an hour, once for all types', () => {
    expect(propertiesOf('OutageAlarm')).toMatchObject({
      MetricName: 'ReturnedForInfrastructure',
      Dimensions: [{ Value: 'sluice' }, { Value: 'dev' }, { Name: 'function', Value: 'consume' }],
      ...{ Statistic: 'Sum', Period: 300, Threshold: 0, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    });
  });

  it('leave a type six of its resources: with queue and role, beside what the framework makes, it has eleven at most', () => {
    const own = (word: string) => Object.keys(Resources).filter((id) => id.includes(word));
    // The framework adds function, log group and event source mapping.
    expect(own('ParcelSent').length + 3).toBe(11);
    expect(own('ParcelMoved').length + 3).toBe(10);
  });
});

describe('the function that counts open failures', () => {
  it('runs every five minutes with the user who may only read, and not on this machine', async () => {
    const catalogue = catalogueOf([defineEvent(definitionOf('parcel.sent'))]);
    const mongodbReadUri = 'mongodb+srv://reader@example/';
    const { functions } = await derive({ ...settings, mongodbReadUri }, catalogue);
    expect(functions.countFailures).toMatchObject({
      events: [{ schedule: 'rate(5 minutes)' }],
      environment: { MONGODB_URI: mongodbReadUri, EVENT_TYPES: 'parcel.sent' },
    });
    expect((await derive({ ...settings, stage: 'local' }, catalogue)).functions.countFailures?.events).toEqual([]);
  });
});
