import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { codeOf, useSqs } from './support.ts';

const { does, refuses, differs } = claims('sqs', 'queues');
const sqs = useSqs();
const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
  sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }));
const change = (QueueUrl: string, Attributes: Record<string, string>) =>
  sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
const FIFO = { FifoQueue: 'true' };

const createQueue = 'APIReference/API_CreateQueue.html';
const setAttributes = 'APIReference/API_SetQueueAttributes.html';
const deadLetters = 'SQSDeveloperGuide/sqs-dead-letter-queues.html';

does(createQueue, 'A queue that exists with the same attributes is answered with its URL', async () => {
  const { name, url } = await sqs.queue({ DelaySeconds: '3' });
  expect(await create(name, { DelaySeconds: '3' })).toMatchObject({ QueueUrl: url });
  expect(await create(name)).toMatchObject({ QueueUrl: url });
});

does(createQueue, 'A queue that exists with another value of an attribute is QueueNameExists', async () => {
  const { name } = await sqs.queue({ DelaySeconds: '3' });
  expect(await codeOf(create(name, { DelaySeconds: '4' }))).toBe('QueueNameExists');
  expect(await codeOf(create(name, { VisibilityTimeout: '31' }))).toBe('QueueNameExists');
});

for (const [what, name] of [
  ['a character other than letters, digits, - and _', 'a.b'],
  ['more than 80 characters', 'a'.repeat(81)],
  ['.fifo at its end without FifoQueue', 'a.fifo'],
] as const)
  does(createQueue, `A name with ${what} is InvalidParameterValue`, async () => {
    expect(await codeOf(create(name))).toBe('InvalidParameterValue');
  });

does(createQueue, 'FifoQueue with a name that does not end in .fifo is InvalidParameterValue', async () => {
  expect(await codeOf(create(sqs.unique(), FIFO))).toBe('InvalidParameterValue');
});

for (const [attribute, value] of [
  ['VisibilityTimeout', '43201'],
  ['DelaySeconds', '901'],
  ['MaximumMessageSize', '1048577'],
  ['MessageRetentionPeriod', '59'],
  ['ReceiveMessageWaitTimeSeconds', '21'],
] as const)
  does(setAttributes, `${attribute} of ${value} is InvalidAttributeValue`, async () => {
    expect(await codeOf(create(sqs.unique(), { [attribute]: value }))).toBe('InvalidAttributeValue');
    const { url } = await sqs.queue();
    expect(await codeOf(change(url, { [attribute]: value }))).toBe('InvalidAttributeValue');
  });

does(setAttributes, 'An attribute that does not exist is InvalidAttributeName', async () => {
  expect(await codeOf(create(sqs.unique(), { Colour: 'red' }))).toBe('InvalidAttributeName');
});

does(setAttributes, 'An attribute of ordered queues on a standard queue is InvalidAttributeName', async () => {
  expect(await codeOf(create(sqs.unique(), { DeduplicationScope: 'queue' }))).toBe('InvalidAttributeName');
});

does(
  'SQSDeveloperGuide/high-throughput-fifo.html',
  'A throughput limit per group needs deduplication per group',
  async () => {
    const limit = { FifoThroughputLimit: 'perMessageGroupId' };
    expect(await codeOf(create(sqs.unique('.fifo'), { ...FIFO, ...limit }))).toMatch(
      /^Invalid(Attribute|Parameter)Value$/,
    );
    const { url } = await sqs.queue(FIFO);
    await change(url, { ...limit, DeduplicationScope: 'messageGroup' });
    expect(await sqs.attributes({ url }, 'All')).toMatchObject({ ...limit, DeduplicationScope: 'messageGroup' });
  },
);

does(setAttributes, 'FifoQueue cannot be changed', async () => {
  const { url } = await sqs.queue(FIFO);
  expect(await codeOf(change(url, { FifoQueue: 'false' }))).toMatch(/^InvalidAttribute(Value|Name)$/);
});

does('APIReference/API_GetQueueAttributes.html', 'All attributes of a queue and those that are asked for', async () => {
  const queue = await sqs.queue({ VisibilityTimeout: '7' });
  expect(await sqs.attributes(queue, 'All')).toMatchObject({
    QueueArn: expect.stringMatching(new RegExp(`^arn:aws:sqs:[a-z0-9-]+:\\d{12}:${queue.name}$`)),
    VisibilityTimeout: '7',
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    ReceiveMessageWaitTimeSeconds: '0',
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
    LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
  });
  expect(await sqs.attributes(queue, 'VisibilityTimeout')).toEqual({ VisibilityTimeout: '7' });
  expect(await sqs.attributes(queue)).toEqual({});
});

for (const [what, policy] of [
  ['that is no JSON', '{'],
  ['without a target', '{"maxReceiveCount":5}'],
  [
    'with a target that does not exist',
    '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:nowhere","maxReceiveCount":5}',
  ],
] as const)
  does(deadLetters, `A redrive policy ${what} is InvalidParameterValue`, async () => {
    expect(await codeOf(create(sqs.unique(), { RedrivePolicy: policy }))).toBe('InvalidParameterValue');
  });

for (const maxReceiveCount of [0, 1001, 2.5])
  does(setAttributes, `maxReceiveCount of ${maxReceiveCount} is InvalidParameterValue`, async () => {
    const { arn } = await sqs.queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount });
    expect(await codeOf(create(sqs.unique(), { RedrivePolicy }))).toBe('InvalidParameterValue');
  });

does(deadLetters, 'A dead-letter queue of the other kind is InvalidParameterValue', async () => {
  const [plain, ordered] = [await sqs.queue(), await sqs.queue(FIFO)];
  const policy = (deadLetterTargetArn: string) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
  });
  expect(await codeOf(change(plain.url, policy(ordered.arn)))).toBe('InvalidParameterValue');
  expect(await codeOf(create(sqs.unique('.fifo'), { ...FIFO, ...policy(plain.arn) }))).toBe('InvalidParameterValue');
});

does(setAttributes, 'RedriveAllowPolicy says which queues may have a queue as their dead-letter queue', async () => {
  const [dead, named, other] = [await sqs.queue(), await sqs.queue(), await sqs.queue()];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 5 });
  const allow = (policy: object) => change(dead.url, { RedriveAllowPolicy: JSON.stringify(policy) });
  await allow({ redrivePermission: 'denyAll' });
  expect(await codeOf(change(named.url, { RedrivePolicy }))).toBe('InvalidParameterValue');
  await allow({ redrivePermission: 'byQueue', sourceQueueArns: [named.arn] });
  await change(named.url, { RedrivePolicy });
  expect(await codeOf(change(other.url, { RedrivePolicy }))).toBe('InvalidParameterValue');
  expect(await codeOf(allow({ redrivePermission: 'byQueue' }))).toBe('InvalidParameterValue');
});

does('APIReference/API_ListDeadLetterSourceQueues.html', 'The queues of a dead-letter queue are listed', async () => {
  const { dead, work } = await sqs.withDeadLetters(3);
  const { queueUrls } = await sqs.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
  expect(queueUrls).toEqual([work.url]);
});

does(
  'APIReference/API_ListQueues.html',
  'Queues are listed by the beginning of their names, page by page',
  async () => {
    const QueueNamePrefix = `test-list-${Date.now()}`;
    const names = ['a', 'b', 'c'].map((letter) => `${QueueNamePrefix}-${letter}`);
    const urls = await Promise.all(names.map(async (name) => (await create(name)).QueueUrl));
    const first = await sqs.client.send(new ListQueuesCommand({ QueueNamePrefix, MaxResults: 2 }));
    const second = await sqs.client.send(
      new ListQueuesCommand({ QueueNamePrefix, MaxResults: 2, NextToken: first.NextToken }),
    );
    for (const QueueUrl of urls) await sqs.client.send(new DeleteQueueCommand({ QueueUrl }));
    expect(first.QueueUrls).toHaveLength(2);
    expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].toSorted()).toEqual(urls);
    expect(second.NextToken).toBeUndefined();
  },
);

does('APIReference/API_TagQueue.html', 'Tags are set, listed and taken away', async () => {
  const { url: QueueUrl } = await sqs.queue();
  await sqs.client.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'a', stage: 'b' } }));
  await sqs.client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['stage'] }));
  const { Tags } = await sqs.client.send(new ListQueueTagsCommand({ QueueUrl }));
  expect(Tags).toEqual({ team: 'a' });
});

does('APIReference/API_PurgeQueue.html', 'A purge deletes all messages, those in flight too', async () => {
  const queue = await sqs.queue();
  for (const body of ['a', 'b']) await sqs.send(queue, body);
  await sqs.receive(queue, { MaxNumberOfMessages: 1 });
  await sqs.client.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
  expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
});

does(
  'APIReference/API_PurgeQueue.html',
  'A second purge within 60 seconds is PurgeQueueInProgress',
  async (context) => {
    const { url: QueueUrl } = await sqs.queue();
    const purge = () => sqs.client.send(new PurgeQueueCommand({ QueueUrl }));
    await purge();
    expect(await codeOf(purge())).toBe('PurgeQueueInProgress');
    await sqs.pass(61, context);
    await purge();
  },
);

does('APIReference/API_DeleteQueue.html', 'A deleted queue is QueueDoesNotExist', async () => {
  const { name, url } = await sqs.queue();
  await sqs.client.send(new DeleteQueueCommand({ QueueUrl: url }));
  const send = sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }));
  expect(await codeOf(send)).toBe('QueueDoesNotExist');
  expect(await codeOf(sqs.client.send(new GetQueueUrlCommand({ QueueName: name })))).toBe('QueueDoesNotExist');
});

does(createQueue, 'The name of a queue deleted within 60 seconds is QueueDeletedRecently', async (context) => {
  const { name, url } = await sqs.queue();
  await sqs.client.send(new DeleteQueueCommand({ QueueUrl: url }));
  expect(await codeOf(create(name))).toBe('QueueDeletedRecently');
  await sqs.pass(61, context);
  await create(name);
});

refuses('APIReference/API_AddPermission.html', 'AddPermission and RemovePermission', async () => {
  const { url: QueueUrl } = await sqs.queue();
  const add = new AddPermissionCommand({ QueueUrl, Label: 'a', AWSAccountIds: ['111122223333'], Actions: ['*'] });
  expect(await codeOf(sqs.client.send(add))).toBe('UnsupportedOperation');
});

differs(
  'SQSDeveloperGuide/sqs-server-side-encryption.html',
  'A policy and a KMS key are kept and not applied: nothing is encrypted, everybody on this machine may send and receive',
  async () => {
    const Policy = JSON.stringify({ Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*' }] });
    const queue = await sqs.queue({ Policy, KmsMasterKeyId: 'alias/none' });
    await sqs.send(queue, 'a');
    expect(await sqs.receive(queue)).toHaveLength(1);
    expect(await sqs.attributes(queue, 'Policy', 'KmsMasterKeyId')).toEqual({ Policy, KmsMasterKeyId: 'alias/none' });
  },
);
