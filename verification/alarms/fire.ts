import type { Resource } from '../../deploy/queues.ts';
import { recording } from './recording.ts';
import { type Town, type Troubles, town } from './town.ts';
import { type Readings, watched } from './watch.ts';

/** How long CloudWatch takes to have a value that was told: a log line, or a minute of AWS's own. */
const DELAY_MS = 120_000;

/** Every way in which AWS's pages may be read. */
export const READINGS: readonly Readings[] = [0, 2].flatMap((more) =>
  [false, true].map((fillsEmpty) => ({ more, fillsEmpty })),
);

/** Something that goes wrong, after as many minutes in which nothing does, and for how long it is watched. */
export interface Trouble {
  change: Partial<Troubles>;
  quiet?: number;
  minutes: number;
  /** Minutes between two looks at the alarms. */
  every?: number;
}

/** Alarms by their ids. */
type Alarms = Readonly<Record<string, Resource>>;

const MINUTE_MS = 60_000;

/**
 * Which alarms of a template fire while the service lives through trouble, and when.
 * @param alarms resources of a template; those that are no alarms are left out
 * @returns per alarm the minutes from when the trouble began; before it they are negative. Of several readings the last one
 */
export async function firings(
  alarms: Alarms,
  { change, quiet = 20, minutes, every = 1 }: Trouble,
  readings: readonly Readings[] = READINGS,
): Promise<Map<string, number>> {
  const recorded = recording(DELAY_MS);
  const lived = town(recorded);
  const looks = readings.map((reading) => lookAt(alarms, (properties) => watched(properties, recorded, reading)));
  const began = lived.now() + quiet * MINUTE_MS;
  const look = (now: number) => {
    const minute = (now - began) / MINUTE_MS;
    if (minute % every === 0) for (const one of looks) one(now, minute);
  };
  await liveThrough(lived, { change, quiet, minutes }, look);
  const found = looks.map((one) => one.fired);
  const ids = [...new Set(found.flatMap((fired) => [...fired.keys()]))].toSorted();
  return new Map(ids.map((id) => [id, Math.max(...found.map((fired) => fired.get(id) ?? Number.POSITIVE_INFINITY))]));
}

async function liveThrough(
  lived: Town,
  { change, quiet, minutes }: Required<Pick<Trouble, 'change' | 'quiet' | 'minutes'>>,
  look: (now: number) => void,
): Promise<void> {
  await lived.live(quiet * 60, look);
  Object.assign(lived.troubles, change);
  await lived.live(minutes * 60, look);
}

/** Looks at all alarms, then at those that are about others; keeps the first minute at which each fired. */
function lookAt(alarms: Alarms, watch: (properties: unknown) => ReturnType<typeof watched>) {
  const ofType = (type: string) => Object.entries(alarms).filter(([, { Type }]) => Type === type);
  const single = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({ id, alarm: watch(Properties) }));
  const composite = ofType('AWS::CloudWatch::CompositeAlarm').map(([id, { Properties }]) => ({
    id,
    rule: ruleOf(String(Properties.AlarmRule)),
  }));
  const fired = new Map<string, number>();
  const fire = (id: string, minute: number) => fired.set(id, Math.min(minute, fired.get(id) ?? minute));
  const look = (now: number, minute: number): void => {
    const inAlarm = new Set<string>();
    for (const { id, alarm } of single) {
      if (alarm.look(now) !== 'ALARM') continue;
      inAlarm.add(alarm.name);
      fire(id, minute);
    }
    for (const { id, rule } of composite) if (rule.some((name) => inAlarm.has(name))) fire(id, minute);
  };
  return Object.assign(look, { fired });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
function ruleOf(rule: string): string[] {
  return rule.split(' OR ').map((part) => {
    const name = /^ALARM\("([^"]+)"\)$/.exec(part)?.[1];
    if (name === undefined) throw new Error(`${part} is no condition that is known here`);
    return name;
  });
}
