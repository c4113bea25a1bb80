import type { SQSClient } from '@aws-sdk/client-sqs';
import { ensureQueues } from '../../local/engines/sqs/ensure-queues.ts';
import { itemsOf } from '../../local/stack/mapping/members.ts';
import { recordOf } from '../../local/stack/mapping/record.ts';
import { failedRecords } from '../../local/stack/mapping/response.ts';
import { deleteMessages } from '../../local/stack/mapping/settle.ts';
import type { SqsCalls } from '../../local/stack/mapping/sqs-calls.ts';
import { silentLog } from '../../test/support/log.ts';

/** How long a message may take to be there again: longer than the delays that the tests wait for. */
const WAIT_SECONDS = 8;

/** The queues between two versions; a test decides which of them gets the next batch. */
export interface Queues {
  /**
   * Hands the next `count` messages of a queue to a function, in as many batches as it takes, and deletes what is done.
   * @returns the bodies of those that it returned
   * @throws Error when so many do not come
   */
  deliver(queue: string, count: number, invoke: (event: object) => Promise<unknown>): Promise<string[]>;
}

/** @param client makes the queues @param names of them, after the prefix of their URLs */
export async function openQueues(
  client: SQSClient,
  sqs: SqsCalls,
  prefix: string,
  names: readonly string[],
): Promise<Queues> {
  const declared = names.map((name) => ({
    name: prefix + name,
    attributes: { VisibilityTimeout: '60', ...(name.endsWith('.fifo') && { FifoQueue: 'true' }) },
  }));
  const urls = await ensureQueues(client, declared);
  return {
    async deliver(queue, count, invoke) {
      const queueUrl = urls.get(prefix + queue);
      if (queueUrl === undefined) throw new Error(`there is no queue ${queue}`);
      const returned: string[] = [];
      for (let left = count; left > 0; ) {
        const request = {
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(10, left),
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
        };
        const messages = itemsOf((await sqs.call('ReceiveMessage', request)).Messages);
        if (messages.length === 0) throw new Error(`${left} of ${count} messages never came from ${queue}`);
        left -= messages.length;
        const records = messages.map((message) => recordOf(message, `arn:aws:sqs:us-east-1:000000000000:${queue}`));
        const answer = await invoke({ Records: records });
        const failed = failedRecords(
          records.map(({ messageId }) => messageId),
          answer,
        );
        const done = records.filter(({ messageId }) => !failed.has(messageId));
        await deleteMessages(
          { sqs, queueUrl, log: silentLog },
          done.map(({ receiptHandle }) => receiptHandle),
        );
        returned.push(...records.filter(({ messageId }) => failed.has(messageId)).map(({ body }) => body));
      }
      return returned;
    },
  };
}
