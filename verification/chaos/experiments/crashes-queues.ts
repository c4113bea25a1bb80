import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import type { Town } from './crashes-town.ts';

/** What is received stays so until somebody says that time has passed. */
const VISIBILITY_SECONDS = 3600;
const MOST = 10;

/** One request to SQS; what is no part of the service needs no client. @throws Error with what SQS answered */
async function ask<Answer>({ place }: Town, action: string, body: object): Promise<Answer> {
  const response = await fetch(place.sqsEndpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${text}`);
  return JSON.parse(text || '{}');
}

export async function createQueues(town: Town): Promise<void> {
  const urls = (['single', 'together', 'ordered'] as const).flatMap((kind) => [
    town.queueUrl(kind),
    town.deadLetterUrl(kind),
  ]);
  for (const url of new Set(urls))
    await ask(town, 'CreateQueue', {
      QueueName: url.slice(url.lastIndexOf('/') + 1),
      Attributes: {
        VisibilityTimeout: String(VISIBILITY_SECONDS),
        ...(url.endsWith('.fifo') && {
          FifoQueue: 'true',
          DeduplicationScope: 'messageGroup',
          FifoThroughputLimit: 'perMessageGroupId',
        }),
      },
    });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
interface Received {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes: SqsRecord['attributes'];
}

/** Queues as an event source mapping sees them. */
export interface Queues {
  receive(url: string): Promise<SqsRecord[]>;
  delete(url: string, records: readonly SqsRecord[]): Promise<void>;
  /** Every visibility timeout is over. */
  release(): Promise<void>;
}

export function queuesOf(town: Town): Queues {
  const held = new Map<string, Map<string, string>>();
  const entries = (handles: readonly string[]) =>
    handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
  return {
    async receive(url) {
      const mine = held.get(url) ?? new Map<string, string>();
      held.set(url, mine);
      const { Messages = [] } = await ask<{ Messages?: Received[] }>(town, 'ReceiveMessage', {
        QueueUrl: url,
        MaxNumberOfMessages: MOST,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId'],
      });
      return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => {
        mine.set(MessageId, ReceiptHandle);
        return {
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: Attributes,
        };
      });
    },
    async delete(url, records) {
      if (records.length === 0) return;
      await ask(town, 'DeleteMessageBatch', {
        QueueUrl: url,
        Entries: entries(records.map((one) => one.receiptHandle)),
      });
      for (const { messageId } of records) held.get(url)?.delete(messageId);
    },
    async release() {
      for (const [url, mine] of held) {
        const handles = [...mine.values()];
        mine.clear();
        for (let start = 0; start < handles.length; start += MOST)
          await ask(town, 'ChangeMessageVisibilityBatch', {
            QueueUrl: url,
            Entries: entries(handles.slice(start, start + MOST)).map((one) => ({ ...one, VisibilityTimeout: 0 })),
          });
      }
    },
  };
}
