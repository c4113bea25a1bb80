import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunksOf } from '../../../lib/core/chunks-of.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import type { Log } from '../../../lib/sdk/log.ts';

interface Options {
  client: SQSClient;
  queueUrl: string;
  log: Log;
}
const ENTRIES_MOST = 10;

/**
 * Deletes messages by their handles; what is not deleted comes back.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html: HTTP 200 may hold failures
 */
export async function deleteMessages({ client, queueUrl, log }: Options, handles: readonly string[]): Promise<void> {
  const deletions = batchesOf(handles).map(async (batch) => {
    const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    for (const { Code, Message: text } of Failed ?? [])
      log.warn('a message was not deleted and comes back', { queue: queueUrl, code: Code, error: text });
  });
  await Promise.all(deletions);
}

/** Makes messages visible at once; those that it cannot reach become visible when their time is over. */
export async function releaseMessages({ client, queueUrl, log }: Options, handles: readonly string[]): Promise<void> {
  const releases = batchesOf(handles).map((batch) => {
    const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  });
  try {
    await Promise.all(releases);
  } catch (error) {
    log.warn('messages in hand come back when their visibility ends', { queue: queueUrl, error: messageOf(error) });
  }
}

/** The visibility timeout of a queue, in milliseconds. @throws what SQS or the network answers */
export async function visibilityOf({ client, queueUrl }: Options, signal: AbortSignal): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
    { abortSignal: signal },
  );
  return Number(Attributes?.VisibilityTimeout ?? 30) * 1000;
}

const batchesOf = (handles: readonly string[]): readonly (readonly string[])[] => chunksOf(handles, ENTRIES_MOST);
