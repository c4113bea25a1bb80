import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs';
import { expect, type TestContext } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { bodiesOf, codeOf, type TestQueue, useSqs } from './support.ts';

const { does } = claims('sqs', 'dead-letter queues');
const sqs = useSqs();
const one = { MessageAttributes: { tenant: { DataType: 'String', StringValue: 'a' } } };
const start = (SourceArn: string, more: Partial<StartMessageMoveTaskCommandInput> = {}) =>
  sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));
const tasks = async ({ arn }: TestQueue, MaxResults = 1) =>
  (await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults }))).Results ?? [];
const ended = (queue: TestQueue) => eventually(async () => expect((await tasks(queue))[0]?.Status).toBe('COMPLETED'));

const deadLetters = 'SQSDeveloperGuide/sqs-dead-letter-queues.html';
const retention = 'SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html';
const startTask = 'APIReference/API_StartMessageMoveTask.html';
const redrive = 'SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html';

/** Receives everything as often as it can be received, so that it is in the dead-letter queue. */
async function giveUp(work: TestQueue, times: number, context: Pick<TestContext, 'skip'>) {
  for (let receive = 0; receive <= times; receive++) {
    await sqs.receive(work, { VisibilityTimeout: 1 });
    await sqs.pass(1.1, context);
  }
}

does(
  deadLetters,
  'After maxReceiveCount receives the next one moves the message, with body, attributes and id',
  async (context) => {
    const { dead, work } = await sqs.withDeadLetters(2);
    const sent = await sqs.send(work, 'poison', one);
    await giveUp(work, 1, context);
    expect(await sqs.counts(dead)).toEqual([0, 0, 0]);
    await giveUp(work, 0, context);
    expect(await sqs.counts(work)).toEqual([0, 0, 0]);
    const [message] = await sqs.receive(dead, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ Body: 'poison', MessageId: sent.MessageId, ...one });
    expect(message?.Attributes?.DeadLetterQueueSourceArn).toBe(work.arn);
  },
);

does(
  'APIReference/API_ReceiveMessage.html',
  'Receives are counted across a queue and its dead-letter queue',
  async (context) => {
    const { dead, work } = await sqs.withDeadLetters(2);
    await sqs.send(work, 'poison');
    await giveUp(work, 2, context);
    const [message] = await sqs.receive(dead);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('3');
  },
);

does(retention, 'A standard message keeps the time at which it was sent', async (context) => {
  const { dead, work } = await sqs.withDeadLetters(1);
  await sqs.send(work, 'poison');
  const [before] = await sqs.receive(work, { VisibilityTimeout: 1 });
  await sqs.pass(1.1, context);
  await sqs.receive(work);
  const [after] = await sqs.receive(dead);
  expect(after?.Attributes?.SentTimestamp).toBe(before?.Attributes?.SentTimestamp);
});

does(retention, 'An ordered message counts as sent when it was moved', async (context) => {
  const { dead, work } = await sqs.withDeadLetters(1, { FifoQueue: 'true' });
  await sqs.sendOrdered(work, 'g', ['poison']);
  const [before] = await sqs.receive(work, { VisibilityTimeout: 1 });
  await sqs.pass(1.1, context);
  await sqs.receive(work);
  const [after] = await sqs.receive(dead);
  expect(Number(after?.Attributes?.SentTimestamp)).toBeGreaterThan(Number(before?.Attributes?.SentTimestamp));
});

does(
  redrive,
  'Messages of a group are moved in order, each with its id as deduplication id, and free their group',
  async (context) => {
    const { dead, work } = await sqs.withDeadLetters(1, { FifoQueue: 'true' });
    await sqs.sendOrdered(work, 'g', ['1', '2']);
    await sqs.receive(work, { VisibilityTimeout: 1 });
    await sqs.sendOrdered(work, 'g', ['3']);
    await sqs.pass(1.1, context);
    expect(bodiesOf(await sqs.receive(work))).toEqual(['3']);
    const moved = await sqs.receive(dead);
    expect(bodiesOf(moved)).toEqual(['1', '2']);
    for (const { MessageId, Attributes } of moved)
      expect(Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: MessageId });
  },
);

does(startTask, 'A task moves messages back to the queues that they came from', async (context) => {
  const { dead, work } = await sqs.withDeadLetters(1);
  for (const body of ['a', 'b']) await sqs.send(work, body, one);
  await giveUp(work, 1, context);
  await start(dead.arn);
  await ended(dead);
  expect(await sqs.counts(dead)).toEqual([0, 0, 0]);
  const back = await sqs.receive(work, { MessageAttributeNames: ['All'] });
  expect(bodiesOf(back).toSorted()).toEqual(['a', 'b']);
  expect(back[0]).toMatchObject(one);
  expect(await tasks(dead)).toMatchObject([
    { SourceArn: dead.arn, ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 2 },
  ]);
});

does(redrive, 'What a task moves has a new id, a new time and no receives', async (context) => {
  const { dead, work } = await sqs.withDeadLetters(1);
  const sent = await sqs.send(work, 'a');
  await giveUp(work, 1, context);
  await start(dead.arn);
  await ended(dead);
  const [message] = await sqs.receive(work);
  expect(message?.MessageId).not.toBe(sent.MessageId);
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
});

does(startTask, 'A task moves to another queue that is named', async (context) => {
  const { dead, work } = await sqs.withDeadLetters(1);
  const other = await sqs.queue();
  await sqs.send(work, 'a');
  await giveUp(work, 1, context);
  await start(dead.arn, { DestinationArn: other.arn });
  await ended(dead);
  expect(bodiesOf(await sqs.receive(other))).toEqual(['a']);
});

does(
  'APIReference/API_CancelMessageMoveTask.html',
  'A running task holds off a second one and can be cancelled; what was moved stays moved',
  async (context) => {
    const { dead, work } = await sqs.withDeadLetters(1);
    for (const body of ['a', 'b', 'c', 'd']) await sqs.send(work, body);
    await giveUp(work, 1, context);
    const { TaskHandle } = await start(dead.arn, { MaxNumberOfMessagesPerSecond: 1 });
    expect(await tasks(dead)).toMatchObject([{ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 }]);
    expect(await codeOf(start(dead.arn))).toMatch(/^(UnsupportedOperation|InvalidParameterValue)$/);
    const cancelled = await sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const moved = cancelled.ApproximateNumberOfMessagesMoved ?? 0;
    expect(await sqs.counts(dead)).toEqual([4 - moved, 0, 0]);
    expect(await tasks(dead)).toMatchObject([{ Status: expect.stringMatching(/^CANCELL(ED|ING)$/) }]);
  },
);

does(
  startTask,
  'A source that is no dead-letter queue is refused, one that does not exist is ResourceNotFoundException',
  async () => {
    const { arn } = await sqs.queue();
    expect(await codeOf(start(arn))).toMatch(/^(InvalidParameterValue|UnsupportedOperation)$/);
    expect(await codeOf(start(`${arn}-none`))).toBe('ResourceNotFoundException');
  },
);
