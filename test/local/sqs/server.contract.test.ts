import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localCredentials, type RunningSqs, startSqs } from '../../../local/sqs/server.ts';

let sqs: RunningSqs;
let client: SQSClient;
beforeAll(async () => {
  sqs = await startSqs({
    region: 'eu-central-1',
    queues: [
      { name: 'dead', attributes: {} },
      { name: 'dead.fifo', attributes: { FifoQueue: 'true' } },
      { name: 'plain', attributes: {} },
      { name: 'order.fifo', attributes: { FifoQueue: 'true' } },
    ],
  });
  client = new SQSClient({ endpoint: sqs.endpoint, region: 'eu-central-1', credentials: localCredentials });
});
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});
const redrive = (target: string, maxReceiveCount: unknown) =>
  JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:eu-central-1:000000000000:${target}`, maxReceiveCount });
const url = (name: string) => `${sqs.queueUrlPrefix}${name}`;

test('it listens on the loopback interface alone', () => {
  expect(sqs.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

describe('a declaration that AWS refuses is refused here', () => {
  const standardInFifo = 'Dead-letter queue must be same type of queue as the source.';
  test.each<[string, string, Record<string, string>, string]>([
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    ['a FIFO queue with a standard dead-letter queue', 'a.fifo', { RedrivePolicy: redrive('dead', 5) }, standardInFifo],
    ['a standard queue with a FIFO dead-letter queue', 'b', { RedrivePolicy: redrive('dead.fifo', 5) }, standardInFifo],
    ['a dead-letter queue that does not exist', 'c', { RedrivePolicy: redrive('nowhere', 5) }, 'does not exist'],
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    ['maxReceiveCount over 1,000', 'd', { RedrivePolicy: redrive('dead', 1001) }, 'between 1 and 1000'],
    ['maxReceiveCount of 0', 'e', { RedrivePolicy: redrive('dead', 0) }, 'between 1 and 1000'],
    ['a redrive policy that is no JSON', 'f', { RedrivePolicy: '{' }, 'not a valid JSON map'],
    [
      'a FIFO attribute on a standard queue',
      'g',
      { DeduplicationScope: 'queue' },
      'Unknown Attribute DeduplicationScope',
    ],
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
    [
      'throughput per group without deduplication per group',
      'h.fifo',
      { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' },
      'perMessageGroupId is allowed only with',
    ],
    ['visibility over 12 hours', 'i', { VisibilityTimeout: '43201' }, 'VisibilityTimeout'],
  ])('%s', async (_, QueueName, Attributes, message) => {
    await expect(client.send(new CreateQueueCommand({ QueueName, Attributes }))).rejects.toThrow(message);
  });

  test('also when an attribute is set later', async () => {
    const change = new SetQueueAttributesCommand({
      QueueUrl: url('plain'),
      Attributes: { RedrivePolicy: redrive('dead.fifo', 5) },
    });
    await expect(client.send(change)).rejects.toThrow(standardInFifo);
  });

  test('and ends the start, with nothing left listening', async () => {
    const queues = [{ name: 'x', attributes: { VisibilityTimeout: '-1' } }];
    await expect(startSqs({ queues })).rejects.toThrow('VisibilityTimeout');
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
describe('messages', () => {
  test.each([
    ['NUL', '\u0000'],
    ['U+FFFE', '\uFFFE'],
    ['an astral character', '😀'],
  ])('%s in a body is refused, which the encoding of messages avoids', async (_, MessageBody) => {
    const send = client.send(new SendMessageCommand({ QueueUrl: url('plain'), MessageBody }));
    await expect(send).rejects.toThrow('Invalid characters found');
  });

  test('a batch over 1,048,576 bytes is refused whole', async () => {
    const Entries = [1, 2].map((id) => ({ Id: String(id), MessageBody: 'x'.repeat(600_000) }));
    const send = client.send(new SendMessageBatchCommand({ QueueUrl: url('plain'), Entries }));
    await expect(send).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });

  test('a long poll is answered as soon as a message comes', async () => {
    const receive = client.send(new ReceiveMessageCommand({ QueueUrl: url('dead'), WaitTimeSeconds: 10 }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    await client.send(new SendMessageCommand({ QueueUrl: url('dead'), MessageBody: 'a' }));
    expect((await receive).Messages?.[0]?.Body).toBe('a');
    expect(performance.now() - before).toBeLessThan(200);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
  test('a deduplication id sent twice is accepted twice and delivered once', async () => {
    const message = { QueueUrl: url('order.fifo'), MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    for (const MessageBody of ['first', 'second'])
      await client.send(new SendMessageCommand({ ...message, MessageBody }));
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: message.QueueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(['first']);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
  test('nothing more of a group is received while one of it is in flight', async () => {
    const message = { QueueUrl: url('dead.fifo'), MessageGroupId: 'g' };
    for (const MessageBody of ['1', '2'])
      await client.send(new SendMessageCommand({ ...message, MessageBody, MessageDeduplicationId: MessageBody }));
    const receive = () =>
      client.send(new ReceiveMessageCommand({ QueueUrl: message.QueueUrl, MaxNumberOfMessages: 10 }));
    expect((await receive()).Messages?.map(({ Body }) => Body)).toEqual(['1']);
    expect((await receive()).Messages).toBeUndefined();
  });
});
