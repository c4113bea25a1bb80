import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { Open } from './opened.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST = 10;

/** An event alone by SendMessage; an array of them by SendMessageBatch, all batches at a time. */
export const sendAll = async (client: SQSClient, QueueUrl: string, texts: readonly string[]): Promise<void> => {
  const [alone, ...more] = texts;
  if (alone !== undefined && more.length === 0) {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: alone }));
    return;
  }
  await Promise.all(
    chunksOf(texts, MOST).map(async (batch) => {
      const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`${Failed.length} messages were not taken`);
    }),
  );
};

export const open: Open = async ({ sqsEndpoint, queueUrlPrefix }) => {
  const client = new SQSClient({ endpoint: sqsEndpoint });
  let requests: (readonly string[])[] = [];
  return {
    async prepare(work) {
      requests = [...work];
    },
    async turn() {
      let sent = 0;
      for (const texts of requests.splice(0)) {
        await sendAll(client, `${queueUrlPrefix}any`, texts);
        sent += texts.length;
      }
      return sent;
    },
  };
};
