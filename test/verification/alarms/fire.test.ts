import { describe, expect, it } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { firings, type Trouble } from '../../../verification/alarms/fire.ts';
import { catalogue, SERVICE, STAGE } from '../../../verification/alarms/town.ts';
import { read } from '../../support/repository.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const settings = { service: SERVICE, stage: STAGE, origins: [], environment };
const { Resources } = (await derive({ ...settings, alarms: { byType: true } }, catalogue)).resources;
type Alarms = typeof Resources;

const without = (...left: string[]): Alarms =>
  Object.fromEntries(Object.entries(Resources).filter(([id]) => !left.includes(id)));
const changed = (id: string, properties: object): Alarms => {
  const alarm = Resources[id];
  if (!alarm) throw new Error(`there is no ${id}`);
  return { ...Resources, [id]: { ...alarm, Properties: { ...alarm.Properties, ...properties } } };
};

const hour: Trouble = { change: {}, quiet: 0, minutes: 60 };
const brokenHandler: Trouble = { change: { handlerBroken: true }, minutes: 60 };
const outage: Trouble = { change: { mongodbDown: true }, minutes: 60 };

/** What goes wrong, as docs/operations.md calls it, and for how long it is watched. */
const troubles: Record<string, Trouble> = {
  'a handler that throws': brokenHandler,
  'MongoDB is silent': outage,
  'the mapping of a queue is off': { change: { mappingOff: true }, minutes: 60 },
  'Lambda has no room for a consumer': { change: { throttled: true }, minutes: 60 },
  'a consumer dies whenever it runs': { change: { crashing: true }, minutes: 60 },
  'a handler that nothing can interrupt': { change: { handlerMs: 39_500 }, minutes: 60 },
  'SQS refuses what is sent': { change: { queueRefuses: true }, minutes: 60 },
  'SQS takes four seconds': { change: { publishMs: 4000 }, minutes: 60 },
  'dead letters that nobody reads': { change: { handlerBroken: true, deadLettersUnread: true }, minutes: 90 },
  'a replay of many that stands still': { change: { replayStuck: true }, minutes: 120 },
};

/** As the table of docs/operations.md has it: the paragraphs of what fires, each with the minutes after which it does. */
async function rowOf(what: string, trouble: Trouble): Promise<string> {
  const fired = await firings(without('ParcelSentQueueAlarm', 'ParcelLostQueueAlarm'), trouble);
  const first = [...fired].toSorted(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
  return `| ${what} | ${first.map(([id, minute]) => `${paragraphOf(id)} ${minute}`).join(', ')} |`;
}
const paragraphOf = (id: string): string =>
  String(Resources[id]?.Properties.AlarmDescription).split('docs/operations.md#').at(-1) ?? '';

describe('alarms of a template, as CloudWatch would evaluate them', () => {
  it('are silent in an hour in which all is well, of a type that nobody sends too', async () => {
    expect(await firings(Resources, hour)).toEqual(new Map());
  });

  it('tell within ten minutes of a handler that is broken on purpose', async () => {
    const fired = await firings(Resources, brokenHandler);
    expect(fired.get('ParcelSentQueueFailuresAlarm')).toBeLessThanOrEqual(10);
    expect(fired.get('ParcelSentQueueAlarm')).toBeLessThanOrEqual(10);
  });

  it('tell within fifteen minutes of an outage of MongoDB', async () => {
    expect((await firings(Resources, outage)).get('OutageAlarm')).toBeLessThanOrEqual(15);
  });

  it.each(Object.entries(troubles))('%s: which fire, and when, stands in docs/operations.md', async (what, trouble) => {
    expect(read('docs/operations.md')).toContain(await rowOf(what, trouble));
  });

  it('tell of failures that have been open for a day, and of events that stood still for twelve hours', async () => {
    const day = { change: { handlerBroken: true, everySeconds: 600 }, quiet: 0, minutes: 26 * 60, every: 5 };
    const fired = await firings(Resources, day);
    expect(fired.get('OpenFailuresAlarm')).toBeGreaterThanOrEqual(24 * 60);
    const still = { change: { mappingOff: true, everySeconds: 600 }, quiet: 0, minutes: 14 * 60, every: 5 };
    expect((await firings(Resources, still)).get('ParcelSentQueueStalledAlarm')).toBeGreaterThanOrEqual(12 * 60);
  });
});

describe('the simulation sees', () => {
  it('that nothing tells of failures once their own alarms are gone, as it was before there were metrics', async () => {
    expect(await firings(without('ParcelSentQueueFailuresAlarm', 'ParcelSentQueueAlarm'), brokenHandler)).toEqual(new Map());
  });

  it('that nobody hears of an outage within fifteen minutes by the ages of events alone', async () => {
    const [first = Number.POSITIVE_INFINITY] = [...(await firings(without('OutageAlarm'), outage)).values()].toSorted(
      (a, b) => a - b,
    );
    expect(first).toBeGreaterThan(15);
  });

  it('an alarm whose missing data is wrong: it fires where all is well, or never', async () => {
    const breaching = changed('ParcelSentQueueFailuresAlarm', { TreatMissingData: 'breaching' });
    expect([...(await firings(breaching, hour)).keys()]).toContain('ParcelSentQueueFailuresAlarm');
  });

  it.each([
    ['a name', { MetricName: 'FailuresRecordet' }],
    ['a dimension', { Dimensions: [{ Name: 'type', Value: 'parcel.sent' }] }],
    ['a namespace', { Namespace: 'sluice' }],
    ['a threshold', { Threshold: 1000 }],
  ])('an alarm that %s keeps from ever firing', async (_, properties) => {
    const fired = await firings(changed('ParcelSentQueueFailuresAlarm', properties), brokenHandler);
    expect(fired.has('ParcelSentQueueFailuresAlarm')).toBe(false);
  });

  it('properties of an alarm that CloudWatch would refuse', async () => {
    for (const properties of [{ EvaluationPeriods: 0 }, { TreatMissingData: 'never' }, { Threshold: '1' }])
      await expect(firings(changed('OutageAlarm', properties), hour)).rejects.toThrow();
  });
});
