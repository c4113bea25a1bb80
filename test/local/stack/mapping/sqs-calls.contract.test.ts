import { expect, test } from 'vitest';
import { startSqs } from '../../../../local/engines/sqs/server.ts';
import { deleteMessages } from '../../../../local/stack/mapping/settle.ts';
import { type SqsCalls, sqsCalls } from '../../../../local/stack/mapping/sqs-calls.ts';
import { silentLog } from '../../../support/log.ts';

async function open(onTestFinished: (end: () => Promise<void>) => void) {
  const sqs = await startSqs({ queues: [{ name: 'work', attributes: {} }] });
  const calls = sqsCalls(sqs.endpoint, 'us-east-1');
  onTestFinished(async () => {
    calls.close();
    await sqs.stop();
  });
  return { calls, queueUrl: `${sqs.queueUrlPrefix}work` };
}

test('what SQS refuses has the name that SQS gives it', async ({ onTestFinished }) => {
  const { calls, queueUrl } = await open(onTestFinished);
  const refused = calls.call('ReceiveMessage', { QueueUrl: `${queueUrl}-none` });
  await expect(refused).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
});

test('a long poll ends when it is given up, and takes nothing any more', async ({ onTestFinished }) => {
  const { calls, queueUrl } = await open(onTestFinished);
  const giving = new AbortController();
  const poll = calls.call('ReceiveMessage', { QueueUrl: queueUrl, WaitTimeSeconds: 20 }, giving.signal);
  giving.abort();
  await expect(poll).rejects.toThrow('given up');
  await expect(calls.call('ReceiveMessage', { QueueUrl: queueUrl }, giving.signal)).rejects.toThrow('given up');
  await calls.call('SendMessage', { QueueUrl: queueUrl, MessageBody: 'a' });
  expect(await calls.call('ReceiveMessage', { QueueUrl: queueUrl })).toMatchObject({ Messages: [{ Body: 'a' }] });
});

test('a deletion that breaks off is tried again, because what is not deleted is done again', async ({
  onTestFinished,
}) => {
  const { calls, queueUrl } = await open(onTestFinished);
  await calls.call('SendMessage', { QueueUrl: queueUrl, MessageBody: 'a' });
  const [message] = (await calls.call('ReceiveMessage', { QueueUrl: queueUrl })).Messages as {
    ReceiptHandle: string;
  }[];
  let breaks = 2;
  const brittle: SqsCalls = {
    ...calls,
    call: (...asked) => (breaks-- > 0 ? Promise.reject(new Error('ECONNRESET')) : calls.call(...asked)),
  };
  await deleteMessages({ sqs: brittle, queueUrl, log: silentLog }, [message?.ReceiptHandle ?? '']);
  const left = await calls.call('GetQueueAttributes', { QueueUrl: queueUrl, AttributeNames: ['All'] });
  expect(left).toMatchObject({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } });
  breaks = 3;
  const deleted = deleteMessages({ sqs: brittle, queueUrl, log: silentLog }, [message?.ReceiptHandle ?? '']);
  await expect(deleted).rejects.toThrow('ECONNRESET');
});
