import { queuePrefix } from '../names.ts';
import type { Resource } from '../queues.ts';
import type { Settings } from '../settings.ts';
import { topicOf } from './topic.ts';

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** Where people look who are told; a heading of docs/operations.md each. */
export type Paragraph =
  | 'failures'
  | 'slow'
  | 'old'
  | 'stalled'
  | 'function'
  | 'type'
  | 'outage'
  | 'dead-letters'
  | 'replays'
  | 'open-failures'
  | 'ingest'
  | 'api'
  | 'evictions';

/** What an alarm says, and where to look. */
export interface Saying {
  says: string;
  paragraph: Paragraph;
}

export type Alarm = (id: string, saying: Saying, properties: Record<string, unknown>) => [string, Resource];

/** As CloudWatch knows it, which takes 255 characters. */
export const alarmName = (id: string, settings: Settings): string => `${queuePrefix(settings)}${id}`;

/** The text of an alarm, which ends with the paragraph of docs/operations.md that is about it. */
export const describe = ({ says, paragraph }: Saying): string => `${says} See docs/operations.md#${paragraph}`;

/** Whom an alarm tells when it begins and when it is over; on this machine there is nobody. */
export function actionsOf(settings: Settings): Record<string, unknown> {
  const topic = topicOf(settings);
  return topic === undefined ? {} : { AlarmActions: [topic], OKActions: [topic] };
}

/**
 * Makes alarms on metrics; one that nobody has told lately is no reason for an alarm.
 * @param actions whom they tell: the topic of the stage, unless another alarm tells in their place
 */
export const alarmFor =
  (settings: Settings, actions = actionsOf(settings)): Alarm =>
  (id, saying, properties) => [
    id,
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: alarmName(id, settings),
        AlarmDescription: describe(saying),
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        ...properties,
        ...actions,
      },
    },
  ];
