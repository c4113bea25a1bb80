import { queuePrefix } from './names.ts';
import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

export type Alarm = (id: string, description: string, properties: Record<string, unknown>) => [string, Resource];

/** Makes alarms that tell the stage's topic when it has one; a metric that nobody has told lately is no reason for one. */
export const alarmFor =
  (settings: Settings): Alarm =>
  (id, description, properties) => [
    id,
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: `${queuePrefix(settings)}${id}`,
        AlarmDescription: description,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        ...properties,
        ...(settings.alarmTopic && { AlarmActions: [settings.alarmTopic], OKActions: [settings.alarmTopic] }),
      },
    },
  ];
