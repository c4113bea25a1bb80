import type { Deployed } from '../deployed.ts';
import type { Resource } from '../queues.ts';
import type { Settings } from '../settings.ts';
import { alarmFor } from './alarm.ts';
import { alarmOfFunction } from './function-alarms.ts';
import { alarmsOfStage } from './stage-alarms.ts';
import { alarmsOfType } from './type-alarms.ts';

/** Alarms that name what is wrong, where to look, and tell the topic of the stage. */
export function alarmsOf(deployed: readonly Deployed[], settings: Settings): Record<string, Resource> {
  const alarm = alarmFor(settings);
  return Object.fromEntries([
    ...deployed.flatMap((one) => (one.entry ? alarmsOfType(one, settings) : [alarmOfFunction(alarm, one, settings)])),
    ...alarmsOfStage(alarm, settings),
  ]);
}
