import { chunksOf } from '../../../lib/core/chunks-of.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { itemsOf, membersOf } from './members.ts';
import type { SqsCalls } from './sqs-calls.ts';

interface Options {
  sqs: SqsCalls;
  queueUrl: string;
  log: Log;
}
const ENTRIES_MOST = 10;
/** What is not deleted is done again, so a deletion that breaks off is tried as often as the SDK would. */
const DELETE_TRIES = 3;

/**
 * Deletes messages by their handles; what is not deleted comes back.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html: HTTP 200 may hold failures
 */
export async function deleteMessages({ sqs, queueUrl, log }: Options, handles: readonly string[]): Promise<void> {
  const deletions = chunksOf(handles, ENTRIES_MOST).map(async (batch) => {
    const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed: failed } = await insistently(() => sqs.call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries }));
    for (const { Code: code, Message: error } of itemsOf(failed).map(membersOf))
      log.warn('a message was not deleted and comes back', { queue: queueUrl, code, error });
  });
  await Promise.all(deletions);
}

/** @throws what the last try threw */
async function insistently<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; tries < DELETE_TRIES; tries++) {
    try {
      return await act();
    } catch {
      // The next one may succeed.
    }
  }
  return act();
}

/** Makes messages visible at once; those that it cannot reach become visible when their time is over. */
export async function releaseMessages({ sqs, queueUrl, log }: Options, handles: readonly string[]): Promise<void> {
  const releases = chunksOf(handles, ENTRIES_MOST).map((batch) => {
    const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    return sqs.call('ChangeMessageVisibilityBatch', { QueueUrl: queueUrl, Entries });
  });
  try {
    await Promise.all(releases);
  } catch (error) {
    log.warn('messages in hand come back when their visibility ends', { queue: queueUrl, error: messageOf(error) });
  }
}

/** The visibility timeout of a queue, in milliseconds. @throws what SQS or the network answers */
export async function visibilityOf({ sqs, queueUrl }: Options, signal: AbortSignal): Promise<number> {
  const asked = { QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] };
  const { Attributes: attributes } = await sqs.call('GetQueueAttributes', asked, signal);
  return Number(membersOf(attributes).VisibilityTimeout ?? 30) * 1000;
}
