import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectSqs, sqsPublisher, sqsQueueControl } from '../../../../lib/adapters/sqs/sqs.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { localCredentials } from '../../../../local/engines/sqs/local-credentials.ts';
import { type RunningSqs, startSqs } from '../../../../local/engines/sqs/server.ts';

let sqs: RunningSqs;
let client: SQSClient;
beforeAll(async () => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const names = ['many', 'order.fifo', 'hidden', 'sized'];
  sqs = await startSqs({
    queues: names.map((name) => ({
      name,
      attributes: { VisibilityTimeout: '30', ...(name.endsWith('.fifo') && { FifoQueue: 'true' }) },
    })),
  });
  client = connectSqs({ endpoint: sqs.endpoint, timeoutMs: 60_000 });
});
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

const url = (name: string) => `${sqs.queueUrlPrefix}${name}`;
const soon = () => Date.now() + 60_000;
const receiver = () => new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials: localCredentials });

async function receiveAll(name: string) {
  const reader = receiver();
  const bodies: string[] = [];
  for (;;) {
    const { Messages } = await reader.send(
      new ReceiveMessageCommand({ QueueUrl: url(name), MaxNumberOfMessages: 10, VisibilityTimeout: 30 }),
    );
    if (!Messages) break;
    bodies.push(...Messages.map(({ Body }) => Body ?? ''));
  }
  reader.destroy();
  return bodies;
}

test('25 publications arrive, each once, and each is told sent', async () => {
  const bodies = Array.from({ length: 25 }, (_, index) => `{"n":${index}}`);
  const outcomes = await sqsPublisher(client).publish(
    bodies.map((body) => ({ queueUrl: url('many'), body })),
    soon(),
  );
  expect(outcomes).toEqual(bodies.map(() => 'sent'));
  expect((await receiveAll('many')).toSorted()).toEqual(bodies.toSorted());
});

test('a queue that does not exist refuses its publications and no others', async () => {
  const outcomes = await sqsPublisher(client).publish(
    [
      { queueUrl: url('nowhere'), body: 'a' },
      { queueUrl: url('many'), body: 'b' },
    ],
    soon(),
  );
  expect(outcomes).toEqual(['refused', 'sent']);
});

test('two bodies of 600 KB go in two requests, since one batch holds 1,048,576 bytes', async () => {
  const body = 'x'.repeat(600_000);
  const outcomes = await sqsPublisher(client).publish(
    [1, 2].map(() => ({ queueUrl: url('sized'), body })),
    soon(),
  );
  expect(outcomes).toEqual(['sent', 'sent']);
});

test('an ordered queue holds a group’s publications in their order', async () => {
  const sent = Array.from({ length: 14 }, (_, index) => String(index));
  const outcomes = await sqsPublisher(client).publish(
    sent.map((body) => ({ queueUrl: url('order.fifo'), body, group: 'g', deduplicationId: `d${body}` })),
    soon(),
  );
  expect(new Set(outcomes)).toEqual(new Set(['sent']));
  const response = await fetch(`${sqs.endpoint}/_fauxqs/queues/order.fifo`);
  const { messages } = (await response.json()) as { messages: { ready: { body: string }[] } };
  expect(messages.ready.map(({ body }) => body)).toEqual(sent);
});

test('changed visibility is confirmed for handles in flight and left out for unknown ones', async () => {
  await sqsPublisher(client).publish([{ queueUrl: url('hidden'), body: 'a' }], soon());
  const reader = receiver();
  const receive = () => reader.send(new ReceiveMessageCommand({ QueueUrl: url('hidden') }));
  const handle = (await receive()).Messages?.[0]?.ReceiptHandle ?? '';
  const changes = [
    { receiptHandle: handle, seconds: 0 },
    { receiptHandle: 'unknown', seconds: 5 },
  ];
  expect(await sqsQueueControl(client).changeVisibility(url('hidden'), changes)).toEqual(new Set([handle]));
  expect((await receive()).Messages?.map(({ Body }) => Body)).toEqual(['a']);
  reader.destroy();
});

test('no changes need no request', async () => {
  expect(await sqsQueueControl(client).changeVisibility(url('nowhere'), [])).toEqual(new Set());
});

test('an SQS that cannot be reached is a dependency error', async () => {
  const lost = connectSqs({ endpoint: 'http://127.0.0.1:1', timeoutMs: 200 });
  const change = sqsQueueControl(lost).changeVisibility('http://127.0.0.1:1/0/x', [{ receiptHandle: 'a', seconds: 1 }]);
  await expect(change).rejects.toBeInstanceOf(DependencyError);
  lost.destroy();
});
