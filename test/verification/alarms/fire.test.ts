import { describe, expect, it } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { type Alarms, firings, type Lived, liveThrough, type Trouble } from '../../../verification/alarms/fire.ts';
import { catalogue, SERVICE, STAGE } from '../../../verification/alarms/town.ts';
import { read } from '../../support/repository.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const settings = { service: SERVICE, stage: STAGE, origins: [], environment };
const { Resources } = (await derive({ ...settings, alarms: { byType: true } }, catalogue)).resources;
const without = (...left: string[]): Alarms =>
  Object.fromEntries(Object.entries(Resources).filter(([id]) => !left.includes(id)));
const changed = (id: string, properties: object): Alarms => {
  const alarm = Resources[id];
  if (!alarm) throw new Error(`there is no ${id}`);
  return { [id]: { ...alarm, Properties: { ...alarm.Properties, ...properties } } };
};
const only = (id: string): Alarms => changed(id, {});

/** Each is lived through once, and then looked at by as many alarms as a test likes. */
const known = new Map<Trouble, Promise<Lived>>();
function lived(trouble: Trouble): Promise<Lived> {
  const found = known.get(trouble) ?? liveThrough(trouble);
  known.set(trouble, found);
  return found;
}
const fired = async (trouble: Trouble, alarms: Alarms = Resources) => firings(alarms, await lived(trouble));

const hour: Trouble = { change: {}, quiet: 0, minutes: 60 };
const brokenHandler: Trouble = { change: { handlerBroken: true }, minutes: 40 };
const outage: Trouble = { change: { mongodbDown: true }, minutes: 40 };

/** What goes wrong, as docs/operations.md calls it, and for how long it is watched. */
const troubles: Record<string, Trouble> = {
  'a handler that throws': brokenHandler,
  'MongoDB is silent': outage,
  'the mapping of a queue is off': { change: { mappingOff: true }, minutes: 30 },
  'Lambda has no room for a consumer': { change: { throttled: true }, minutes: 30 },
  'a consumer dies whenever it runs': { change: { crashing: true }, minutes: 30 },
  'a handler that nothing can interrupt': { change: { handlerMs: 49_500 }, minutes: 30 },
  'SQS refuses what is sent': { change: { queueRefuses: true }, minutes: 30 },
  'SQS takes four seconds': { change: { publishMs: 4000 }, minutes: 30 },
  'dead letters that nobody reads': { change: { handlerBroken: true, deadLettersUnread: true }, minutes: 30 },
  'dead letters that come back and back': { change: { handlerBroken: true, deadLettersBack: true }, minutes: 40 },
  'a replay of many that stands still': { change: { replayStuck: true, everySeconds: 300 }, minutes: 75 },
};

/** As the table of docs/operations.md has it: the paragraphs of what fires, each with the minutes after which it does. */
async function rowOf(what: string, trouble: Trouble): Promise<string> {
  const first = [...(await fired(trouble, without('ParcelSentQueueAlarm', 'ParcelLostQueueAlarm')))];
  const inOrder = first.toSorted(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
  return `| ${what} | ${inOrder.map(([id, minute]) => `${paragraphOf(id)} ${minute}`).join(', ')} |`;
}
const paragraphOf = (id: string): string =>
  String(Resources[id]?.Properties.AlarmDescription).split('docs/operations.md#').at(-1) ?? '';

describe('alarms of a template, as CloudWatch would evaluate them', () => {
  it('are silent in an hour in which all is well, of a type that nobody sends too', async () => {
    expect(await fired(hour)).toEqual(new Map());
  });

  it('tell within ten minutes of a handler that is broken on purpose', async () => {
    const first = await fired(brokenHandler);
    expect(first.get('ParcelSentQueueFailuresAlarm')).toBeLessThanOrEqual(10);
    expect(first.get('ParcelSentQueueAlarm')).toBeLessThanOrEqual(10);
  });

  it('tell within fifteen minutes of an outage of MongoDB', async () => {
    expect((await fired(outage)).get('OutageAlarm')).toBeLessThanOrEqual(15);
  });

  it.each(Object.entries(troubles))('%s: which fire, and when, stands in docs/operations.md', async (what, trouble) => {
    const row = read('docs/operations.md').match(new RegExp(`^\\| ${what} \\|.*$`, 'm'))?.[0];
    expect(row).toBe(await rowOf(what, trouble));
  });

  it('tell of failures that have been open for a day, and of events that stood still for twelve hours', async () => {
    const ofHours = (trouble: Trouble['change'], hours: number) =>
      liveThrough({ change: { ...trouble, everySeconds: 1800 }, quiet: 0, minutes: hours * 60, step: 60 });
    const open = only('OpenFailuresAlarm');
    expect(firings(open, await ofHours({ handlerBroken: true }, 22), 30)).toEqual(new Map());
    expect(firings(open, await ofHours({ handlerBroken: true }, 25), 30).size).toBe(1);
    const stalled = only('ParcelSentQueueStalledAlarm');
    expect(firings(stalled, await ofHours({ mappingOff: true }, 10), 30)).toEqual(new Map());
    expect(firings(stalled, await ofHours({ mappingOff: true }, 13), 30).size).toBe(1);
  });
});

describe('the simulation sees', () => {
  it('that nothing tells of failures once their own alarms are gone, as it was before there were metrics', async () => {
    const before = without('ParcelSentQueueFailuresAlarm', 'ParcelSentQueueAlarm');
    expect(await fired(brokenHandler, before)).toEqual(new Map());
  });

  it('that nobody hears of an outage within fifteen minutes by the ages of events alone', async () => {
    const first = await fired(outage, without('OutageAlarm'));
    expect(Math.min(Number.POSITIVE_INFINITY, ...first.values())).toBeGreaterThan(15);
  });

  it('an alarm whose missing data is wrong: it fires where all is well', async () => {
    const breaching = changed('ParcelSentQueueFailuresAlarm', { TreatMissingData: 'breaching' });
    expect((await fired(hour, breaching)).size).toBe(1);
  });

  it.each([
    ['a name', { MetricName: 'FailuresRecordet' }],
    ['a dimension', { Dimensions: [{ Name: 'type', Value: 'parcel.sent' }] }],
    ['a namespace', { Namespace: 'sluice' }],
    ['a threshold', { Threshold: 1000 }],
  ])('an alarm that %s keeps from ever firing', async (_, properties) => {
    expect((await fired(brokenHandler, only('ParcelSentQueueFailuresAlarm'))).size).toBe(1);
    expect((await fired(brokenHandler, changed('ParcelSentQueueFailuresAlarm', properties))).size).toBe(0);
  });

  it('properties of an alarm that CloudWatch would refuse', async () => {
    for (const properties of [{ EvaluationPeriods: 0 }, { TreatMissingData: 'never' }, { Threshold: '1' }])
      await expect(fired(hour, changed('OutageAlarm', properties))).rejects.toThrow();
  });
});
