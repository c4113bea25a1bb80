import type { Resource } from '../../deploy/queues.ts';
import { type Recording, recording } from './recording.ts';
import { type Troubles, town } from './town.ts';
import { watched } from './watch.ts';

/** How long CloudWatch takes to have a value that was told: a log line, or a minute of AWS's own. */
const DELAY_MS = 120_000;

/**
 * How many periods more than it evaluates an alarm retrieves, which AWS's page leaves open: it says five for three, and gives no formula.
 * An alarm has to hold whichever it is.
 */
const MORE = [0, 2, 4];

/** Something that goes wrong, after as many minutes in which nothing does, and for how long it is lived through. */
export interface Trouble {
  change: Partial<Troubles>;
  quiet?: number;
  minutes: number;
  /** Seconds between two looks at the queues. */
  step?: number;
}

/** What was told meanwhile. */
export interface Lived {
  recorded: Recording;
  /** The first and the last minute, and the one at which the trouble began: milliseconds. */
  from: number;
  began: number;
  to: number;
}

const MINUTE_MS = 60_000;

/** Lets the service live through trouble. */
export async function liveThrough({ change, quiet = 20, minutes, step = 5 }: Trouble): Promise<Lived> {
  const recorded = recording(DELAY_MS);
  const lived = town(recorded, step);
  const from = lived.now();
  await lived.live(quiet * 60);
  Object.assign(lived.troubles, change);
  await lived.live(minutes * 60);
  return { recorded, from, began: from + quiet * MINUTE_MS, to: from + (quiet + minutes) * MINUTE_MS };
}

/** Alarms by their ids. */
export type Alarms = Readonly<Record<string, Resource>>;

/**
 * Which alarms of a template fire over what was lived through, and when.
 * @param alarms resources of a template; those that are no alarms are left out
 * @param every minutes between two looks
 * @returns per alarm the minutes from when the trouble began, the most that they may be
 */
export function firings(alarms: Alarms, { recorded, from, began, to }: Lived, every = 1): Map<string, number> {
  const ofType = (type: string) => Object.entries(alarms).filter(([, { Type }]) => Type === type);
  const single = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
    id,
    alarm: watched(Properties, recorded, MORE),
  }));
  const composite = ofType('AWS::CloudWatch::CompositeAlarm').map(([id, { Properties }]) => ({
    id,
    rule: ruleOf(String(Properties.AlarmRule)),
  }));
  const first = MORE.map(() => new Map<string, number>());
  for (let now = from; now <= to; now += every * MINUTE_MS) {
    const states = single.map(({ id, alarm }) => ({ id, name: alarm.name, states: alarm.look(now) }));
    first.forEach((fired, index) => {
      const inAlarm = states.filter((one) => one.states[index] === 'ALARM');
      const names = new Set(inAlarm.map(({ name }) => name));
      const ids = [...inAlarm, ...composite.filter(({ rule }) => rule.some((name) => names.has(name)))];
      for (const { id } of ids) if (!fired.has(id)) fired.set(id, (now - began) / MINUTE_MS);
    });
  }
  const ids = [...new Set(first.flatMap((fired) => [...fired.keys()]))].toSorted();
  return new Map(ids.map((id) => [id, Math.max(...first.map((fired) => fired.get(id) ?? Number.POSITIVE_INFINITY))]));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
function ruleOf(rule: string): string[] {
  return rule.split(' OR ').map((part) => {
    const name = /^ALARM\("([^"]+)"\)$/.exec(part)?.[1];
    if (name === undefined) throw new Error(`${part} is no condition that is known here`);
    return name;
  });
}
