import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { bodiesOf, codeOf, type TestQueue, useSqs } from './support.ts';

const { does } = claims('sqs', 'ordered queues');
const sqs = useSqs();
const FIFO = { FifoQueue: 'true' };
const remove = ({ url: QueueUrl }: TestQueue, ...messages: (Message | undefined)[]) =>
  Promise.all(
    messages.map((message) =>
      sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle })),
    ),
  );
const show = ({ url }: TestQueue, message: Message | undefined) =>
  sqs.client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
  );

const logic = 'SQSDeveloperGuide/FIFO-queues-understanding-logic.html';
const once = 'SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html';
const sendMessage = 'APIReference/API_SendMessage.html';

does(logic, 'One receive brings several messages of a group, in order', async () => {
  const queue = await sqs.queue(FIFO);
  await sqs.sendOrdered(queue, 'g', ['1', '2', '3', '4']);
  expect(bodiesOf(await sqs.receive(queue, { MaxNumberOfMessages: 3 }))).toEqual(['1', '2', '3']);
});

does(logic, 'Nothing more of a group comes while one of it is in flight; other groups come', async () => {
  const queue = await sqs.queue(FIFO);
  await sqs.sendOrdered(queue, 'g', ['g1', 'g2', 'g3']);
  const inFlight = await sqs.receive(queue, { MaxNumberOfMessages: 2 });
  await sqs.sendOrdered(queue, 'h', ['h1']);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['h1']);
  await remove(queue, inFlight[0]);
  expect(await sqs.receive(queue)).toEqual([]);
  await remove(queue, inFlight[1]);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['g3']);
});

does(logic, 'Messages of a group that become visible again come in their order, before later ones', async (context) => {
  const queue = await sqs.queue({ ...FIFO, VisibilityTimeout: '2' });
  await sqs.sendOrdered(queue, 'g', ['1', '2', '3', '4']);
  await sqs.receive(queue, { MaxNumberOfMessages: 3 });
  await sqs.pass(2.1, context);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['1', '2', '3', '4']);
});

does(logic, 'A message made visible at once waits for the others of its group that are in flight', async () => {
  const queue = await sqs.queue(FIFO);
  await sqs.sendOrdered(queue, 'g', ['1', '2', '3']);
  const [first, second] = await sqs.receive(queue, { MaxNumberOfMessages: 2 });
  await show(queue, first);
  expect(await sqs.receive(queue)).toEqual([]);
  await show(queue, second);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['1', '2', '3']);
});

does(sendMessage, 'Sequence numbers rise; group and deduplication id come with the message', async () => {
  const queue = await sqs.queue(FIFO);
  const sent = [];
  for (const id of ['x', 'y'])
    sent.push(await sqs.send(queue, 'same', { MessageGroupId: 'g', MessageDeduplicationId: id }));
  const received = await sqs.receive(queue);
  const numbers = received.map(({ Attributes }) => Attributes?.SequenceNumber);
  expect(numbers).toEqual(sent.map(({ SequenceNumber }) => SequenceNumber));
  expect(numbers).toEqual(numbers.toSorted());
  expect(received[1]?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'y' });
});

does(once, 'A deduplication id sent again within five minutes is answered and not delivered', async (context) => {
  const queue = await sqs.queue(FIFO);
  const ids = { MessageGroupId: 'g', MessageDeduplicationId: 'd' };
  const first = await sqs.send(queue, 'first', ids);
  const second = await sqs.send(queue, 'second', { ...ids, MessageGroupId: 'h' });
  expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  const received = await sqs.receive(queue);
  expect(bodiesOf(received)).toEqual(['first']);
  await remove(queue, ...received);
  await sqs.send(queue, 'third', ids);
  expect(await sqs.receive(queue)).toEqual([]);
  await sqs.pass(301, context);
  await sqs.send(queue, 'fourth', ids);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['fourth']);
});

does(
  'SQSDeveloperGuide/high-throughput-fifo.html',
  'With DeduplicationScope messageGroup each group has ids of its own',
  async () => {
    const queue = await sqs.queue({ ...FIFO, DeduplicationScope: 'messageGroup' });
    for (const group of ['g', 'h', 'g'])
      await sqs.send(queue, group, { MessageGroupId: group, MessageDeduplicationId: 'd' });
    expect(bodiesOf(await sqs.receive(queue)).toSorted()).toEqual(['g', 'h']);
  },
);

does(once, 'With ContentBasedDeduplication the same body is the same message, whatever its attributes', async () => {
  const queue = await sqs.queue({ ...FIFO, ContentBasedDeduplication: 'true' });
  await sqs.send(queue, 'a', { MessageGroupId: 'g' });
  const MessageAttributes = { a: { DataType: 'String', StringValue: '1' } };
  await sqs.send(queue, 'a', { MessageGroupId: 'g', MessageAttributes });
  await sqs.send(queue, 'a', { MessageGroupId: 'g', MessageDeduplicationId: 'other' });
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['a', 'a']);
});

for (const [what, parameters, code] of [
  ['Without a group', { MessageDeduplicationId: 'd' }, 'MissingParameter'],
  ['Without deduplication id or ContentBasedDeduplication', { MessageGroupId: 'g' }, 'InvalidParameterValue'],
  [
    'With a delay of its own',
    { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 1 },
    'InvalidParameterValue',
  ],
  [
    'With a group id of 129 characters',
    { MessageGroupId: 'g'.repeat(129), MessageDeduplicationId: 'd' },
    'InvalidParameterValue',
  ],
] as const)
  does(sendMessage, `${what} a message to an ordered queue is ${code}`, async () => {
    expect(await codeOf(sqs.send(await sqs.queue(FIFO), 'a', parameters))).toBe(code);
  });

does(sendMessage, 'A deduplication id on a standard queue is InvalidParameterValue', async () => {
  expect(await codeOf(sqs.send(await sqs.queue(), 'a', { MessageDeduplicationId: 'd' }))).toBe('InvalidParameterValue');
});

does('SQSDeveloperGuide/sqs-delay-queues.html', 'The delay of an ordered queue keeps order', async (context) => {
  const queue = await sqs.queue({ ...FIFO, DelaySeconds: '1' });
  await sqs.sendOrdered(queue, 'g', ['1', '2', '3']);
  expect(await sqs.receive(queue)).toEqual([]);
  await sqs.pass(1.5, context);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['1', '2', '3']);
});

does(
  'APIReference/API_DeleteMessage.html',
  'A handle whose visibility ended deletes nothing: InvalidParameterValue',
  async () => {
    const queue = await sqs.queue(FIFO);
    await sqs.sendOrdered(queue, 'g', ['1']);
    const [message] = await sqs.receive(queue);
    await show(queue, message);
    expect(await codeOf(remove(queue, message))).toBe('InvalidParameterValue');
    expect(await sqs.counts(queue)).toEqual([1, 0, 0]);
  },
);
