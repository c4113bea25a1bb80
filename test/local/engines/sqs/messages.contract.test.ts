import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { bodiesOf, codeOf, embedded, type TestQueue, useSqs } from './support.ts';

const { does, refuses, differs } = claims('sqs', 'messages');
const sqs = useSqs();
const sendBatch = ({ url: QueueUrl }: TestQueue, Entries: SendMessageBatchRequestEntry[]) =>
  sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
const entries = (count: number, MessageBody = 'a') =>
  Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody }));

const sendMessage = 'APIReference/API_SendMessage.html';
const sendMessageBatch = 'APIReference/API_SendMessageBatch.html';
const receiveMessage = 'APIReference/API_ReceiveMessage.html';
const attributes = 'SQSDeveloperGuide/sqs-message-metadata.html';

does(sendMessage, 'A body comes as it was sent, characters beyond U+FFFF too', async () => {
  const queue = await sqs.queue();
  const body = 'tab\t, newline\n, \r, ÿ, \uE000, \uFFFD, 😀, \u{10FFFF}';
  const sent = await sqs.send(queue, body);
  const [message] = await sqs.receive(queue);
  expect(message).toMatchObject({ Body: body, MessageId: sent.MessageId, MD5OfBody: sent.MD5OfMessageBody });
});

for (const [what, character] of [
  ['U+0000', '\u0000'],
  ['U+000B', '\u000b'],
  ['U+FFFE', '\uFFFE'],
] as const)
  does(sendMessage, `${what} in a body is InvalidMessageContents`, async () => {
    const queue = await sqs.queue();
    expect(await codeOf(sqs.send(queue, `a${character}`))).toBe('InvalidMessageContents');
  });

does(sendMessage, 'A body of 1,048,576 bytes passes, one more is InvalidParameterValue', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'ä'.repeat(524_288));
  expect(await codeOf(sqs.send(queue, `${'ä'.repeat(524_288)}a`))).toBe('InvalidParameterValue');
});

does(attributes, 'Names, types and values of attributes count as bytes of the message', async () => {
  const queue = await sqs.queue({ MaximumMessageSize: '1024' });
  const MessageAttributes = { name: { DataType: 'String', StringValue: 'x'.repeat(100) } };
  const left = 1024 - 'name'.length - 'String'.length - 100;
  await sqs.send(queue, 'a'.repeat(left), { MessageAttributes });
  expect(await codeOf(sqs.send(queue, 'a'.repeat(left + 1), { MessageAttributes }))).toBe('InvalidParameterValue');
});

does(
  attributes,
  'Attributes of type String, Number and Binary, of custom types too, come with their digest',
  async () => {
    const queue = await sqs.queue();
    const MessageAttributes = {
      text: { DataType: 'String.note', StringValue: 'ä' },
      count: { DataType: 'Number', StringValue: '3.5' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    const sent = await sqs.send(queue, 'a', { MessageAttributes });
    const [message] = await sqs.receive(queue, { MessageAttributeNames: ['All'] });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.MessageAttributes).toMatchObject(MessageAttributes);
  },
);

does(receiveMessage, 'Only attributes that are asked for come, by name or beginning', async () => {
  const queue = await sqs.queue({ VisibilityTimeout: '0' });
  const one = { DataType: 'String', StringValue: '1' };
  await sqs.send(queue, 'a', { MessageAttributes: { 'trace.id': one, 'trace.span': one, tenant: one } });
  const namesOf = async (names: string[] | undefined) => {
    const [message] = await sqs.receive(queue, { MessageAttributeNames: names, WaitTimeSeconds: 2 });
    return Object.keys(message?.MessageAttributes ?? {}).toSorted();
  };
  expect(await namesOf(undefined)).toEqual([]);
  expect(await namesOf(['tenant', 'none'])).toEqual(['tenant']);
  expect(await namesOf(['trace.*'])).toEqual(['trace.id', 'trace.span']);
  expect(await namesOf(['.*'])).toEqual(['tenant', 'trace.id', 'trace.span']);
});

for (const [what, name, attribute] of [
  ['without a value', 'a', { DataType: 'String' }],
  ['of an unknown type', 'a', { DataType: 'Text', StringValue: 'a' }],
  ['whose number is none', 'a', { DataType: 'Number', StringValue: 'three' }],
  ['whose name begins with AWS.', 'AWS.a', { DataType: 'String', StringValue: 'a' }],
] as const)
  does(attributes, `An attribute ${what} is InvalidParameterValue`, async () => {
    const queue = await sqs.queue();
    expect(await codeOf(sqs.send(queue, 'a', { MessageAttributes: { [name]: attribute } }))).toBe(
      'InvalidParameterValue',
    );
  });

does(attributes, 'More than ten attributes are InvalidParameterValue', async () => {
  const queue = await sqs.queue();
  const eleven = Array.from({ length: 11 }, (_, index) => [`a${index}`, { DataType: 'String', StringValue: 'a' }]);
  const send = sqs.send(queue, 'a', { MessageAttributes: Object.fromEntries(eleven) });
  expect(await codeOf(send)).toBe('InvalidParameterValue');
});

does(receiveMessage, 'System attributes: sender, sent, received first, how often, trace header', async () => {
  const queue = await sqs.queue();
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const before = Date.now();
  const sent = await sqs.send(queue, 'a', {
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
  });
  expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
  const [message] = await sqs.receive(queue);
  expect(message?.Attributes).toEqual({
    SenderId: expect.any(String),
    SentTimestamp: expect.stringMatching(/^\d{13}$/),
    ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    ApproximateReceiveCount: '1',
    AWSTraceHeader: trace,
  });
  expect(Number(message?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before - 1000);
});

does(
  'SQSDeveloperGuide/sqs-fair-queues.html',
  'A group id on a standard queue is accepted and comes with the message',
  async () => {
    const queue = await sqs.queue();
    await sqs.send(queue, 'a', { MessageGroupId: 'tenant' });
    const [message] = await sqs.receive(queue);
    expect(message?.Attributes?.MessageGroupId).toBe('tenant');
  },
);

does(
  'SQSDeveloperGuide/sqs-message-timers.html',
  'A delayed message is counted as such and comes when its delay ends',
  async (context) => {
    const queue = await sqs.queue({ DelaySeconds: '900' });
    await sqs.send(queue, 'a', { DelaySeconds: 2 });
    await sqs.send(queue, 'b', { DelaySeconds: 0 });
    expect(bodiesOf(await sqs.receive(queue))).toEqual(['b']);
    expect(await sqs.counts(queue)).toEqual([0, 1, 1]);
    await sqs.pass(2.1, context);
    expect(bodiesOf(await sqs.receive(queue))).toEqual(['a']);
  },
);

does(sendMessage, 'DelaySeconds over 900 is InvalidParameterValue', async () => {
  expect(await codeOf(sqs.send(await sqs.queue(), 'a', { DelaySeconds: 901 }))).toBe('InvalidParameterValue');
});

for (const [what, batch, code] of [
  ['Without entries', [], 'EmptyBatchRequest'],
  ['With eleven entries', entries(11), 'TooManyEntriesInBatchRequest'],
  ['With an id twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
  ['With a dot in an id', [{ Id: 'a.b', MessageBody: 'a' }], 'InvalidBatchEntryId'],
  [
    'With 1,048,577 bytes in all',
    [...entries(1, 'a'.repeat(1_048_576)), { Id: 'b', MessageBody: 'b' }],
    'BatchRequestTooLong',
  ],
] as const)
  does(sendMessageBatch, `${what} a batch is refused whole: ${code}`, async () => {
    const queue = await sqs.queue();
    expect(await codeOf(sendBatch(queue, [...batch]))).toBe(code);
    expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
  });

does(sendMessageBatch, 'An entry that is refused is in Failed, the others are sent', async () => {
  const queue = await sqs.queue();
  const { Successful, Failed } = await sendBatch(queue, [
    { Id: 'good', MessageBody: 'a' },
    { Id: 'bad', MessageBody: '\u0000' },
    { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
  ]);
  expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(Failed).toMatchObject([
    { Id: 'bad', SenderFault: true, Code: expect.stringContaining('InvalidMessageContents') },
    { Id: 'late', SenderFault: true, Code: expect.stringContaining('InvalidParameterValue') },
  ]);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['a']);
});

does('APIReference/API_DeleteMessageBatch.html', 'Each entry of a deletion succeeds or fails alone', async () => {
  const queue = await sqs.queue();
  await sqs.send(queue, 'a');
  const [message] = await sqs.receive(queue);
  const { Successful, Failed } = await sqs.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: [
        { Id: '1', ReceiptHandle: message?.ReceiptHandle },
        { Id: '2', ReceiptHandle: 'none' },
      ],
    }),
  );
  expect(Successful).toEqual([{ Id: '1' }]);
  expect(Failed).toMatchObject([
    { Id: '2', SenderFault: true, Code: expect.stringContaining('ReceiptHandleIsInvalid') },
  ]);
  expect(await sqs.counts(queue)).toEqual([0, 0, 0]);
});

does(
  'APIReference/API_ChangeMessageVisibilityBatch.html',
  'Each entry of a change of visibility succeeds or fails alone',
  async () => {
    const queue = await sqs.queue();
    await sqs.send(queue, 'a');
    const [message] = await sqs.receive(queue);
    const { Successful, Failed } = await sqs.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue.url,
        Entries: [
          { Id: '1', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: '2', ReceiptHandle: 'none', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(Successful).toEqual([{ Id: '1' }]);
    expect(Failed).toMatchObject([
      { Id: '2', SenderFault: true, Code: expect.stringContaining('ReceiptHandleIsInvalid') },
    ]);
  },
);

for (const [what, parameters] of [
  ['MaxNumberOfMessages of 0', { MaxNumberOfMessages: 0 }],
  ['MaxNumberOfMessages of 11', { MaxNumberOfMessages: 11 }],
  ['WaitTimeSeconds of 21', { WaitTimeSeconds: 21 }],
  ['VisibilityTimeout of 43,201', { VisibilityTimeout: 43_201 }],
] as const)
  does(receiveMessage, `${what} is InvalidParameterValue`, async () => {
    const queue = await sqs.queue();
    expect(await codeOf(sqs.receive(queue, parameters))).toBe('InvalidParameterValue');
  });

does(receiveMessage, 'Without MaxNumberOfMessages one message comes', async () => {
  const queue = await sqs.queue();
  await sendBatch(queue, entries(3));
  expect(await sqs.receive(queue, { MaxNumberOfMessages: undefined })).toHaveLength(1);
});

does(
  'SQSDeveloperGuide/sqs-short-and-long-polling.html',
  'A long poll is answered when a message comes, and those who get none wait on',
  async () => {
    const queue = await sqs.queue();
    const answered: string[] = [];
    const polls = ['x', 'y'].map(async (name) => {
      const [message] = await sqs.receive(queue, { WaitTimeSeconds: 20, MaxNumberOfMessages: 1 });
      answered.push(name);
      return message?.Body;
    });
    await sqs.send(queue, 'first');
    await eventually(() => expect(answered).toHaveLength(1));
    await sqs.send(queue, 'second');
    expect((await Promise.all(polls)).toSorted()).toEqual(['first', 'second']);
  },
);

does(receiveMessage, 'A client that hung up takes no message', async (context) => {
  if (!embedded) context.skip('not promised');
  const queue = await sqs.queue();
  const gone = new AbortController();
  const poll = sqs.client.send(new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  // Long enough for the server to have the request, which nothing shows.
  await sleep(200);
  gone.abort();
  await expect(poll).rejects.toThrow();
  await sleep(50);
  await sqs.send(queue, 'a');
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['a']);
});

refuses(receiveMessage, 'ReceiveRequestAttemptId: a receive that is repeated with the same messages', async () => {
  const queue = await sqs.queue({ FifoQueue: 'true' });
  expect(await codeOf(sqs.receive(queue, { ReceiveRequestAttemptId: 'a' }))).toBe('UnsupportedOperation');
});

differs(
  'SQSDeveloperGuide/standard-queues-at-least-once-delivery.html',
  'A standard queue keeps order and delivers nothing twice; messages are kept in memory and end with the process',
  async () => {
    const queue = await sqs.queue();
    for (const body of ['a', 'b', 'c']) await sqs.send(queue, body);
    expect(bodiesOf(await sqs.receive(queue))).toEqual(['a', 'b', 'c']);
    expect(await sqs.receive(queue)).toEqual([]);
  },
);
