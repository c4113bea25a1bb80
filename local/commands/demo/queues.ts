import { setTimeout as wait } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Publication } from '../../../lib/ports/publisher.ts';
import { localCredentials } from '../../engines/sqs/local-credentials.ts';

/** The queues of the stack, past everything that stands before them. */
export interface Queues {
  /** Puts copies of messages on their queue, at most 10 of one. */
  send(publications: readonly Publication[]): Promise<void>;
  /** Seconds after which a message comes back that nobody has deleted. */
  visibility(queueUrl: string): Promise<number>;
  setVisibility(queueUrl: string, seconds: number): Promise<void>;
  /** How many messages a queue holds, in flight or not. */
  held(queueUrl: string): Promise<number>;
  /** Resolves when a queue holds nothing any more, or the time is over. @returns how many messages it holds */
  emptied(queueUrl: string): Promise<number>;
  close(): void;
}

const LOOK_EVERY_MS = 100;
const LONGEST_MS = 30_000;
const counts = ['', 'NotVisible', 'Delayed'].map((name) => `ApproximateNumberOfMessages${name}`);

export function queuesAt(endpoint: string, signal: AbortSignal): Queues {
  // Any region does for an SQS that checks no signature.
  const sqs = new SQSClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
  const attributes = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const heldBy = async (queueUrl: string) => {
    const read: Partial<Record<string, string>> = await attributes(queueUrl);
    return counts.reduce((sum, name) => sum + Number(read[name] ?? 0), 0);
  };
  return {
    held: heldBy,
    async send(publications) {
      for (const [QueueUrl, all] of Map.groupBy(publications, ({ queueUrl }) => queueUrl)) {
        const Entries = all.map(({ body, group, deduplicationId }, index) => ({
          Id: String(index),
          MessageBody: body,
          ...(group !== undefined && { MessageGroupId: group }),
          // SQS itself would drop a copy that has the same one.
          ...(deduplicationId !== undefined && { MessageDeduplicationId: `${deduplicationId}-${Date.now()}-${index}` }),
        }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused a message: ${JSON.stringify(Failed)}`);
      }
    },
    visibility: async (queueUrl) => Number((await attributes(queueUrl)).VisibilityTimeout),
    async setVisibility(QueueUrl, seconds) {
      const Attributes = { VisibilityTimeout: String(seconds) };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    },
    async emptied(queueUrl) {
      for (const until = Date.now() + LONGEST_MS; ; await wait(LOOK_EVERY_MS, undefined, { signal })) {
        const held = await heldBy(queueUrl);
        if (held === 0 || Date.now() > until) return held;
      }
    },
    close: () => sqs.destroy(),
  };
}
