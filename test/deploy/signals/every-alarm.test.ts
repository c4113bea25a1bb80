import { describe, expect, it } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { catalogueOfTypes, definitionOf } from '../../support/definitions.ts';
import { read } from '../../support/repository.ts';
import { ordered, plain } from '../../support/service-definitions.ts';
import { askedByAlarms } from '../../support/watched-metrics.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const settings = { service: 'sluice', stage: 'dev', origins: [], environment };
const patient = defineEvent({ ...definitionOf('parcel.kept'), alarms: { slowAfter: 7200 } });
const resourcesOf = async (over: object = {}) =>
  (await derive({ ...settings, ...over }, catalogueOf([plain, ordered, patient]))).resources.Resources;
const Resources = await resourcesOf();

describe('every alarm', () => {
  const page = read('docs/operations.md');
  const paragraphs = [
    ...((page.split('\n## Alarms\n')[1] ?? '').split('\n## ')[0]?.matchAll(/^### (.+)$/gm) ?? []),
  ].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'));

  it('names its paragraph of docs/operations.md, and each of those is of an alarm', async () => {
    const all = await resourcesOf({ alarms: { byType: true }, servers: { redis: { cacheClusterIds: ['node-001'] } } });
    const named = Object.values(all).flatMap(({ Properties }) => {
      const text = Properties.AlarmDescription;
      return typeof text === 'string' ? [/ See docs\/operations\.md#([\w-]+)$/.exec(text)?.[1] ?? text] : [];
    });
    expect([...new Set(named)].toSorted()).toEqual(paragraphs.toSorted());
  });

  it('watches as many metrics, which is what it costs, as docs/signals.md says', async () => {
    const all = await resourcesOf({ servers: { redis: { cacheClusterIds: ['node-001', 'node-002'] } } });
    const asked = askedByAlarms(all).map(({ by }) => by);
    const of = (word: string) => asked.filter((id) => id.includes(word)).length;
    const consumers = of('OnStockSeen') + of('OnStockMoved') + of('OnParcelKept');
    const functions = of('FunctionAlarm') - consumers;
    const types = of('Stock') + of('ParcelKept');
    const said = [
      ...(read('docs/signals.md').match(/\*\*What they cost\.\*\*.*?\n\n/s)?.[0] ?? '').matchAll(/\b\d+\b/g),
    ];
    expect(said.map(([number]) => Number(number))).toEqual([
      of('StockSeen'),
      of('ParcelKept'),
      functions / new Set(asked.filter((id) => /^(?!On).*FunctionAlarm$/.test(id))).size,
      asked.length - types - functions - of('Redis'),
      of('Redis') / 2,
    ]);
  });

  it('is within what CloudWatch takes: ten metrics of one period, seven days, 255 and 1,024 characters', async () => {
    for (const all of [Resources, await resourcesOf({ alarms: { byType: true } })])
      for (const [id, { Type, Properties }] of Object.entries(all)) {
        if (!Type.startsWith('AWS::CloudWatch::') || !('AlarmName' in Properties)) continue;
        expect(String(Properties.AlarmName).length, id).toBeLessThanOrEqual(255);
        expect(String(Properties.AlarmDescription).length, id).toBeLessThanOrEqual(1024);
        const metrics = Array.isArray(Properties.Metrics) ? Properties.Metrics : [];
        expect(metrics.length, id).toBeLessThanOrEqual(11);
        const periods = [...JSON.stringify(Properties).matchAll(/"Period":(\d+)/g)].map(([, one]) => Number(one));
        if (Type === 'AWS::CloudWatch::Alarm') expect(new Set(periods).size, id).toBe(1);
        const [period = 0] = periods;
        const most = period < 3600 ? 86_400 : 604_800;
        expect(period * Number(Properties.EvaluationPeriods ?? 1), id).toBeLessThanOrEqual(most);
      }
  });
});

describe('the function that counts open failures', () => {
  it('runs every five minutes with the user who may only read, and not on this machine', async () => {
    const mongodbReadUri = 'mongodb+srv://reader@example/';
    const one = catalogueOfTypes(['parcel.sent']);
    const { functions } = await derive({ ...settings, mongodbReadUri }, one);
    expect(functions.countFailures).toMatchObject({
      events: [{ schedule: 'rate(5 minutes)' }],
      environment: { MONGODB_URI: mongodbReadUri, EVENT_TYPES: 'parcel.sent' },
    });
    expect((await derive({ ...settings, stage: 'local' }, one)).functions.countFailures?.events).toEqual([]);
  });
});
