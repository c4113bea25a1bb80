import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { bodiesOf, codeOf, embedded, IN_FLIGHT_MOST, type TestQueue, useSqs } from './support.ts';

const { does } = claims('sqs', 'visibility and retention');
const sqs = useSqs();
const change = ({ url }: TestQueue, message: Message | undefined, VisibilityTimeout: number) =>
  sqs.client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
  );
const remove = ({ url }: TestQueue, ReceiptHandle: string | undefined) =>
  sqs.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

const visibility = 'SQSDeveloperGuide/sqs-visibility-timeout.html';
const changeVisibility = 'APIReference/API_ChangeMessageVisibility.html';
const deleteMessage = 'APIReference/API_DeleteMessage.html';

does(visibility, 'A received message is invisible for its timeout, then it comes again', async (context) => {
  const queue = await sqs.queue({ VisibilityTimeout: '2' });
  await sqs.send(queue, 'a');
  const [first] = await sqs.receive(queue);
  expect(await sqs.receive(queue)).toEqual([]);
  expect(await sqs.counts(queue)).toEqual([0, 1, 0]);
  await sqs.pass(2.1, context);
  expect(await sqs.counts(queue)).toEqual([1, 0, 0]);
  const [second] = await sqs.receive(queue);
  expect(second).toMatchObject({ MessageId: first?.MessageId, Body: 'a' });
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  expect(second?.Attributes).toEqual({ ...first?.Attributes, ApproximateReceiveCount: '2' });
});

does(visibility, 'The timeout of one receive goes before that of the queue', async (context) => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  await sqs.receive(queue, { VisibilityTimeout: 1 });
  await sqs.pass(1.1, context);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['a']);
});

does(changeVisibility, 'A change counts from now; 0 makes the message visible at once', async (context) => {
  const queue = await sqs.queue({ VisibilityTimeout: '2' });
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  await change(queue, message, 10);
  await sqs.pass(2.1, context);
  expect(await sqs.receive(queue)).toEqual([]);
  await change(queue, message, 0);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['a']);
});

does(changeVisibility, 'A message that is visible again is MessageNotInflight', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  await change(queue, message, 0);
  expect(await codeOf(change(queue, message, 5))).toBe('MessageNotInflight');
});

does(changeVisibility, 'A message that was deleted is InvalidParameterValue', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  await remove(queue, message?.ReceiptHandle);
  expect(await codeOf(change(queue, message, 5))).toBe('InvalidParameterValue');
});

does(changeVisibility, 'A message is invisible for 12 hours at most since it was received', async (context) => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue, { VisibilityTimeout: 43_200 });
  await sqs.pass(5, context);
  expect(await codeOf(change(queue, message, 43_200))).toBe('InvalidParameterValue');
  await change(queue, message, 43_000);
});

for (const [what, ReceiptHandle, code] of [
  ['that is none', 'none', 'ReceiptHandleIsInvalid'],
  ['that is missing', undefined, 'MissingParameter'],
] as const)
  does(deleteMessage, `A receipt handle ${what} is ${code}`, async () => {
    expect(await codeOf(remove(await sqs.queue(), ReceiptHandle))).toBe(code);
  });

does(deleteMessage, 'Deleting twice succeeds', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  await remove(queue, message?.ReceiptHandle);
  await remove(queue, message?.ReceiptHandle);
  expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
});

does(deleteMessage, 'The last handle of a message deletes it also when it is visible again', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  await change(queue, message, 0);
  await remove(queue, message?.ReceiptHandle);
  expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
});

does(deleteMessage, 'An older handle leaves a message that was received again', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [first] = await sqs.receive(queue);
  await change(queue, first, 0);
  await sqs.receive(queue);
  await remove(queue, first?.ReceiptHandle);
  expect(await sqs.counts(queue)).toEqual([0, 1, 0]);
});

does(
  'SQSDeveloperGuide/quotas-messages.html',
  'A message ends with the retention of its queue, in flight too',
  async (context) => {
    const queue = await sqs.queue({ MessageRetentionPeriod: '60' });
    for (const body of ['a', 'b']) await sqs.send(queue, body);
    await sqs.receive(queue, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await sqs.pass(61, context);
    expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
    expect(await sqs.receive(queue)).toEqual([]);
  },
);

for (const [kind, attributes, code] of [
  ['A standard queue', {}, 'OverLimit'],
  ['An ordered queue', { FifoQueue: 'true' }, 'not refused'],
] as const)
  does(
    kind === 'A standard queue' ? 'SQSDeveloperGuide/quotas-messages.html' : 'SQSDeveloperGuide/quotas-fifo.html',
    `${kind} at its limit in flight hands out nothing more: ${code}`,
    async (context) => {
      if (!embedded) context.skip('the limit is 120,000');
      const queue = await sqs.queue(attributes);
      const more = (index: number) =>
        'FifoQueue' in attributes ? { MessageGroupId: String(index), MessageDeduplicationId: String(index) } : {};
      for (let index = 0; index <= IN_FLIGHT_MOST; index++) await sqs.send(queue, String(index), more(index));
      let last: Message[] = [];
      for (let count = 0; count < IN_FLIGHT_MOST; count += last.length) last = await sqs.receive(queue);
      expect(await codeOf(sqs.receive(queue))).toBe(code);
      expect(await sqs.receive(queue, { WaitTimeSeconds: 1 })).toEqual([]);
      await remove(queue, last[0]?.ReceiptHandle);
      expect(await sqs.receive(queue)).toHaveLength(1);
    },
  );
