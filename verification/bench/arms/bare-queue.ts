import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { MongoClient } from 'mongodb';
import type { ArmOrder } from '../harness/arm-order.ts';

/** A queue and a database, and the least that moves an event from one into the other. */
export async function bareQueue({ mongoUri, sqsEndpoint }: Pick<ArmOrder, 'mongoUri' | 'sqsEndpoint'>) {
  const client = new SQSClient({ endpoint: sqsEndpoint });
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bare-${randomUUID()}` }));
  const documents = (await new MongoClient(mongoUri).connect()).db('bare').collection('events');
  return {
    async send(texts: readonly string[]): Promise<void> {
      const Entries = texts.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    },
    /** Receives, inserts and deletes, ten at a time, until there were so many. */
    async workOff(count: number): Promise<void> {
      for (let left = count; left > 0; ) {
        const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
        const { Messages: messages = [] } = await client.send(new ReceiveMessageCommand(asked));
        await Promise.all(messages.map(({ Body = '{}' }) => documents.insertOne(JSON.parse(Body))));
        const done = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        if (done.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: done }));
        left -= messages.length;
      }
    },
  };
}
