import { DeleteMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { expect, type TestContext } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { bodiesOf, codeOf, embedded, type TestQueue, useSqs } from './support.ts';

const { does } = claims('sqs', 'fair queues');
const sqs = useSqs(120);

const works = 'SQSDeveloperGuide/sqs-fair-queues-detailed.html';
const sendMessage = 'APIReference/API_SendMessage.html';

/** Sends so many messages of a tenant, each of which is its name. */
async function sendMany({ url: QueueUrl }: TestQueue, tenant: string, count: number): Promise<void> {
  const Entries = Array.from({ length: 10 }, (_, index) => {
    return { Id: String(index), MessageBody: tenant, MessageGroupId: tenant };
  });
  for (let sent = 0; sent < count; sent += 10)
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries: Entries.slice(0, count - sent) }));
}

const hereAlone = (context: Pick<TestContext, 'skip'>) => {
  if (!embedded) context.skip('AWS says of its thresholds that they are approximate');
};

does(works, 'One message of a tenant comes next, whatever another has queued before it', async (context) => {
  hereAlone(context);
  const queue = await sqs.queue();
  await sendMany(queue, 'loud', 1000);
  for (let received = 0; received < 30; received += 10) expect(await sqs.receive(queue)).toHaveLength(10);
  await sendMany(queue, 'quiet', 1);
  expect(bodiesOf(await sqs.receive(queue))).toEqual(['quiet', ...Array.from({ length: 9 }, () => 'loud')]);
});

does(works, 'Nothing of the loud tenant is kept back while no other has anything', async () => {
  const queue = await sqs.queue();
  await sendMany(queue, 'loud', 50);
  for (let received = 0; received < 50; received += 10) expect(await sqs.receive(queue)).toHaveLength(10);
});

does(
  works,
  'A message of a tenant comes before those of one who held consumers for long, with few messages',
  async (context) => {
    hereAlone(context);
    const queue = await sqs.queue();
    await sendMany(queue, 'slow', 20);
    const held = await sqs.receive(queue, { MaxNumberOfMessages: 2 });
    await sqs.pass(5, context);
    for (const { ReceiptHandle } of held)
      await sqs.client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    await sendMany(queue, 'quiet', 1);
    expect(bodiesOf(await sqs.receive(queue, { MaxNumberOfMessages: 1 }))).toEqual(['quiet']);
  },
);

for (const [what, group] of [
  ['without characters', ''],
  ['of 129 characters', 'g'.repeat(129)],
  ['with a blank', 'a b'],
  ['with a letter outside of ASCII', 'ä'],
] as const)
  does(sendMessage, `A group id ${what} is InvalidParameterValue on a standard queue too`, async () => {
    expect(await codeOf(sqs.send(await sqs.queue(), 'a', { MessageGroupId: group }))).toBe('InvalidParameterValue');
  });

does(sendMessage, 'A group id of 128 letters, digits and punctuation comes with the message', async () => {
  const queue = await sqs.queue();
  const group = `a0!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`.padEnd(128, 'g');
  await sqs.send(queue, 'a', { MessageGroupId: group });
  expect((await sqs.receive(queue))[0]?.Attributes?.MessageGroupId).toBe(group);
});
