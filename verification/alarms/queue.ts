import type { SqsRecord } from '../../lib/core/sqs-batch.ts';
import type { Recording } from './recording.ts';

interface Held {
  id: string;
  body: string;
  sentAt: number;
  visibleAt: number;
  receives: number;
}

/** A queue of SQS, as far as its metrics and an event source mapping see it. */
export interface Queue {
  send(body: string, now: number): void;
  /** As many as are visible, `most` at most; they are in flight until they are deleted, or that time is over. */
  receive(most: number, now: number, visibilityMs: number): SqsRecord[];
  /** What was worked on: what comes back does so when its visibility ends, the rest is deleted. */
  settle(records: readonly SqsRecord[], back: ReadonlySet<string>): void;
  changeVisibility(receiptHandle: string, until: number): void;
  /** Tells CloudWatch, as SQS does each minute. */
  tell(now: number): void;
}

/** From so many receives on a message is left out of the age of its queue. */
const LEFT_OUT = 3;

/**
 * A standard queue that tells CloudWatch of itself.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @param name as alarms know it
 */
export function queue(name: string, recording: Recording): Queue {
  const held = new Map<string, Held>();
  let deleted = 0;
  let count = 0;
  const tellOne = (metric: string, value: number, now: number): void =>
    recording.add({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } }, value, now);
  return {
    send: (body, now) => {
      count += 1;
      const id = `${name}-${count}`;
      held.set(id, { id, body, sentAt: now, visibleAt: now, receives: 0 });
    },
    receive: (most, now, visibilityMs) =>
      [...held.values()]
        .filter(({ visibleAt }) => visibleAt <= now)
        .slice(0, most)
        .map((one) => {
          one.receives += 1;
          one.visibleAt = now + visibilityMs;
          const attributes = {
            ApproximateReceiveCount: String(one.receives),
            SentTimestamp: String(one.sentAt),
            MessageGroupId: 'local',
          };
          return { messageId: one.id, receiptHandle: one.id, body: one.body, attributes };
        }),
    settle: (records, back) => {
      for (const { messageId } of records) {
        if (back.has(messageId)) continue;
        held.delete(messageId);
        deleted += 1;
      }
    },
    changeVisibility: (receiptHandle, until) => {
      const one = held.get(receiptHandle);
      if (one) one.visibleAt = until;
    },
    tell: (now) => {
      const all = [...held.values()];
      const visible = all.filter(({ visibleAt }) => visibleAt <= now).length;
      const aging = all.filter(({ receives }) => receives < LEFT_OUT).map(({ sentAt }) => (now - sentAt) / 1000);
      // Of nothing that was deleted SQS need not tell.
      if (deleted > 0) tellOne('NumberOfMessagesDeleted', deleted, now);
      tellOne('ApproximateNumberOfMessagesVisible', visible, now);
      tellOne('ApproximateNumberOfMessagesNotVisible', all.length - visible, now);
      tellOne('ApproximateNumberOfMessagesDelayed', 0, now);
      tellOne('ApproximateAgeOfOldestMessage', Math.max(0, ...aging), now);
      deleted = 0;
    },
  };
}
