import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { QueueDeclaration } from '../../../../local/engines/sqs/ensure-queues.ts';
import { localCredentials } from '../../../../local/engines/sqs/local-credentials.ts';
import { type RunningSqs, startSqs } from '../../../../local/engines/sqs/server.ts';
import { carried } from '../../../support/carried.ts';

const LETTERS = 'letters';
const queues: QueueDeclaration[] = [
  { name: LETTERS, attributes: {} },
  {
    name: 'work',
    attributes: {
      VisibilityTimeout: '600',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${LETTERS}`,
        maxReceiveCount: 2,
      }),
    },
  },
  { name: 'work.fifo', attributes: { FifoQueue: 'true', VisibilityTimeout: '600' } },
];

async function started(declared = queues) {
  const server = await startSqs({ queues: declared });
  const client = new SQSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: localCredentials });
  const end = async () => {
    client.destroy();
    await server.stop();
  };
  const urlOf = (name: string) => `${server.queueUrlPrefix}${name}`;
  return {
    server,
    end,
    send: (name: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
      client.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody, ...more })),
    async receive(name: string, most = 10): Promise<Message[]> {
      const asked = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
      const request = { QueueUrl: urlOf(name), MaxNumberOfMessages: most, ...asked };
      return (await client.send(new ReceiveMessageCommand(request))).Messages ?? [];
    },
    delete: (name: string, ReceiptHandle = '') =>
      client.send(new DeleteMessageCommand({ QueueUrl: urlOf(name), ReceiptHandle })),
    show: (name: string, ReceiptHandle = '') =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl: urlOf(name), ReceiptHandle, VisibilityTimeout: 0 })),
    async count(name: string) {
      const request = { QueueUrl: urlOf(name), AttributeNames: ['All' as const] };
      const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(request));
      return (['', 'NotVisible', 'Delayed'] as const).map((state) =>
        Number(Attributes[`ApproximateNumberOfMessages${state}`]),
      );
    },
  };
}
type Started = Awaited<ReturnType<typeof started>>;

async function using(declared = queues): Promise<Started> {
  const one = await started(declared);
  onTestFinished(one.end);
  return one;
}

async function restored(from: RunningSqs, declared = queues) {
  const to = await using(declared);
  await to.server.restore(carried(from.save()));
  return to;
}

/** All that there is to receive, without its handles; what one receive gives of a group is all of it. */
async function drained(sqs: Started, name: string) {
  const all: Message[] = [];
  for (;;) {
    const messages = await sqs.receive(name);
    if (messages.length === 0) return all.map(({ ReceiptHandle: _, ...rest }) => rest);
    all.push(...messages);
    for (const { ReceiptHandle } of messages) await sqs.delete(name, ReceiptHandle);
  }
}

type Step = (sqs: Started, held: { name: string; message: Message }[]) => Promise<unknown>;
const name = fc.constantFrom('work', 'work.fifo');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(name, fc.nat(2), fc.nat(9), fc.string({ minLength: 1, maxLength: 5 })).map(
      ([queue, group, id, text]): Step =>
        (sqs) =>
          sqs.send(queue, JSON.stringify(text), {
            ...(queue === 'work.fifo' && { MessageGroupId: `g${group}`, MessageDeduplicationId: `d${id}` }),
            MessageAttributes: { at: { DataType: 'Number', StringValue: String(id) } },
          }),
    ),
  },
  fc.tuple(name, fc.integer({ min: 1, max: 3 })).map(
    ([queue, most]): Step =>
      async (sqs, held) => {
        for (const message of await sqs.receive(queue, most)) held.push({ name: queue, message });
      },
  ),
  fc.boolean().map(
    (deletes): Step =>
      async (sqs, held) => {
        const { name: queue = 'work', message } = held.shift() ?? {};
        if (message) await sqs[deletes ? 'delete' : 'show'](queue, message.ReceiptHandle);
      },
  ),
);

test('after random operations everything that is not deleted is there once: its id, body, attributes, receives, group', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const [one, other] = await Promise.all([started(), started()]);
      try {
        const held: { name: string; message: Message }[] = [];
        for (const run of steps) await run(one, held);
        await other.server.restore(carried(one.server.save()));
        // What is in flight becomes visible there by itself; here it is asked for.
        for (const { name: queue, message } of held) await one.show(queue, message.ReceiptHandle);
        const fifo = [await drained(one, 'work.fifo'), await drained(other, 'work.fifo')];
        const groupsOf = (all: Omit<Message, 'ReceiptHandle'>[] = []) =>
          Object.groupBy(all, ({ Attributes }) => Attributes?.MessageGroupId ?? '');
        expect(withoutTimes(groupsOf(fifo[1]))).toEqual(withoutTimes(groupsOf(fifo[0])));
        for (const queue of ['work', LETTERS]) {
          const byId = (a: Omit<Message, 'ReceiptHandle'>, b: Omit<Message, 'ReceiptHandle'>) =>
            (a.MessageId ?? '') < (b.MessageId ?? '') ? -1 : 1;
          const [here, there] = [await drained(one, queue), await drained(other, queue)];
          expect(withoutTimes(there.toSorted(byId))).toEqual(withoutTimes(here.toSorted(byId)));
        }
      } finally {
        await Promise.all([one.end(), other.end()]);
      }
    }),
    { numRuns: 6 },
  );
});

/** When a message is received first that never was is a matter of the moment. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === 'ApproximateFirstReceiveTimestamp' ? '' : one)));

test('what was in flight is visible, and its next receive is counted after those before', async () => {
  const one = await using();
  await one.send('work', 'a');
  const [first] = await one.receive('work');
  const other = await restored(one.server);
  expect(await other.count('work')).toEqual([1, 0, 0]);
  const [again] = await other.receive('work');
  expect(again).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
  expect(again?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(first?.Attributes?.ApproximateFirstReceiveTimestamp);
});

test('what is delayed stays so', async () => {
  const one = await using();
  await one.send('work', 'later', { DelaySeconds: 600 });
  expect(await (await restored(one.server)).count('work')).toEqual([0, 0, 1]);
});

test('a FIFO queue goes on: its order, its numbers, and what it knows of deduplication ids', async () => {
  const one = await using();
  const fifo = (id: string) => ({ MessageGroupId: 'g', MessageDeduplicationId: id });
  const sent = await one.send('work.fifo', 'a', fifo('1'));
  await one.send('work.fifo', 'b', fifo('2'));
  // In flight, and the group with it.
  await one.receive('work.fifo', 1);
  const other = await restored(one.server);
  const again = await other.send('work.fifo', 'a', fifo('1'));
  expect(again).toMatchObject({ MessageId: sent.MessageId, SequenceNumber: sent.SequenceNumber });
  const next = await other.send('work.fifo', 'c', fifo('3'));
  expect(Number(next.SequenceNumber)).toBe(Number(sent.SequenceNumber) + 2);
  expect((await other.receive('work.fifo')).map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
});

test('a dead letter knows where it came from, and a trace header stays', async () => {
  const one = await using();
  const trace = { DataType: 'String' as const, StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
  await one.send('work', 'a', { MessageSystemAttributes: { AWSTraceHeader: trace } });
  for (let receive = 1; receive <= 2; receive++) {
    const [message] = await one.receive('work');
    await one.show('work', message?.ReceiptHandle);
  }
  await one.receive('work');
  const [letter] = await (await restored(one.server)).receive(LETTERS);
  expect(letter?.Attributes).toMatchObject({
    AWSTraceHeader: trace.StringValue,
    DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work',
  });
});

test('messages of a queue that is not there wait for a start that has it, until their retention ends', async () => {
  const one = await using([{ name: 'gone', attributes: {} }, ...queues]);
  await one.send('gone', 'a');
  await one.send('work', 'b');
  const without = await restored(one.server);
  expect([...without.server.homeless()]).toEqual([['arn:aws:sqs:us-east-1:000000000000:gone', 1]]);
  expect(await without.count('work')).toEqual([1, 0, 0]);
  const again = await restored(without.server, [{ name: 'gone', attributes: {} }, ...queues]);
  expect((await again.receive('gone')).map(({ Body }) => Body)).toEqual(['a']);

  const records = [...without.server.save()].map((record) => Buffer.from(record).toString());
  const old = records.map((record) => Buffer.from(record.replace(/"sentTimestamp":\d+/, '"sentTimestamp":1')));
  const late = await using();
  await late.server.restore(carried(old));
  expect([...late.server.homeless()]).toEqual([]);
});

test('its number of changes is another one after every change, and only then', async () => {
  const one = await using();
  const changed = async (run: () => Promise<unknown>) => {
    const before = one.server.changes();
    await run();
    return one.server.changes() !== before;
  };
  let held: Message | undefined;
  expect(await changed(() => one.receive('work'))).toBe(false);
  expect(await changed(() => one.count('work'))).toBe(false);
  expect(await changed(() => one.send('work', 'a'))).toBe(true);
  expect(await changed(async () => ([held] = await one.receive('work')))).toBe(true);
  expect(await changed(() => one.delete('work', held?.ReceiptHandle))).toBe(true);
  expect(await changed(async () => [...one.server.save()])).toBe(false);
});

test('what is no record of its is refused', async () => {
  const one = await using();
  await expect(one.server.restore(carried([Buffer.from('{"message":{}}')]))).rejects.toThrow('no record of an SQS');
});
