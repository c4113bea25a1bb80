import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { MongoClient } from 'mongodb';
import type { Open } from './opened.ts';

/** The least that moves an event through a queue into a database: sent, received, inserted and deleted, ten at a time. */
export const open: Open = async ({ mongoUri, sqsEndpoint }) => {
  const client = new SQSClient({ endpoint: sqsEndpoint });
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bare-${randomUUID()}` }));
  const documents = (await new MongoClient(mongoUri).connect()).db('bare').collection('events');
  let batches: (readonly string[])[] = [];
  return {
    async prepare(work) {
      batches = [...work];
    },
    async turn() {
      const all = batches.flat().length;
      for (const texts of batches.splice(0)) {
        const Entries = texts.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
      for (let left = all; left > 0; ) {
        const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
        const { Messages: messages = [] } = await client.send(new ReceiveMessageCommand(asked));
        await Promise.all(messages.map(({ Body = '{}' }) => documents.insertOne(JSON.parse(Body))));
        const done = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        if (done.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: done }));
        left -= messages.length;
      }
      return all;
    },
  };
};
