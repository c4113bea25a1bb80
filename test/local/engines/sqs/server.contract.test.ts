import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { startSqs } from '../../../../local/engines/sqs/server.ts';
import { localCredentials } from '../../../../local/engines/sqs/signer.ts';
import { carried } from '../../../support/carried.ts';

test('it listens on the loopback interface alone', async ({ onTestFinished }) => {
  const sqs = await startSqs({ queues: [] });
  onTestFinished(sqs.stop);
  expect(sqs.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('the URL of a queue is below the address of the server', async ({ onTestFinished }) => {
  const sqs = await startSqs({ queues: [{ name: 'a', attributes: {} }] });
  const client = new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials: localCredentials });
  onTestFinished(async () => {
    client.destroy();
    await sqs.stop();
  });
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'a' }));
  expect(QueueUrl).toBe(`${sqs.queueUrlPrefix}a`);
});

test.each(['', '.fifo'])(
  'it says by whose key a message of work%s was sent, in the dead-letter queue and after a restart too',
  async (kind) => {
    const fifo: Record<string, string> = kind === '' ? {} : { FifoQueue: 'true' };
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:dead${kind}`,
      maxReceiveCount: 1,
    });
    const queues = [
      { name: `dead${kind}`, attributes: { ...fifo } },
      { name: `work${kind}`, attributes: { ...fifo, VisibilityTimeout: '0', RedrivePolicy } },
    ];
    const [first, second] = await Promise.all([startSqs({ queues }), startSqs({ queues })]);
    const credentials = { accessKeyId: 'sluice-local-ingest', secretAccessKey: 'x' };
    const clients = [first, second].flatMap(({ endpoint }) =>
      [localCredentials, credentials].map(
        (signed) => new SQSClient({ endpoint, region: 'us-east-1', credentials: signed }),
      ),
    );
    const [account, ingest, later] = clients;
    onTestFinished(async () => {
      for (const client of clients) client.destroy();
      await Promise.all([first.stop(), second.stop()]);
    });
    const sent = (id: string) => ({
      ...{ QueueUrl: `${first.queueUrlPrefix}work${kind}`, MessageBody: id },
      ...(kind !== '' && { MessageGroupId: id, MessageDeduplicationId: id }),
    });
    await account?.send(new SendMessageCommand(sent('a')));
    await ingest?.send(new SendMessageCommand(sent('b')));
    const senders = async (client: SQSClient | undefined, url: string) => {
      const asked = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['SenderId' as const] };
      const answer = await client?.send(new ReceiveMessageCommand({ QueueUrl: url + kind, ...asked }));
      return answer?.Messages?.map(({ Attributes }) => Attributes?.SenderId);
    };
    const known = ['000000000000', 'AROALOCAL:sluice-local-ingest'];
    expect(await senders(account, `${first.queueUrlPrefix}work`)).toEqual(known);
    // Moves both.
    expect(await senders(account, `${first.queueUrlPrefix}work`)).toBeUndefined();
    await second.restore(carried(first.save()));
    expect(await senders(later, `${second.queueUrlPrefix}dead`)).toEqual(known);
  },
);

test('entry 33: no web page may ask it, not under a name that only seems to be this machine’s either', async ({
  onTestFinished,
}) => {
  const sqs = await startSqs({ queues: [{ name: 'a', attributes: {} }] });
  onTestFinished(sqs.stop);
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${sqs.endpoint}/_fauxqs/queues`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.once('error', reject).end();
    });
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { host: 'evil.example:80' },
    { host: 'localhost.evil.example' },
  ])
    expect(await ask(headers), JSON.stringify(headers)).toBe(403);
  for (const host of ['localhost:9324', '[::1]', 'queues:9324', 'host.docker.internal:9324'])
    expect(await ask({ host }), host).not.toBe(403);
});

test('a request that it cannot read is refused, and so is one that is too long', async ({ onTestFinished }) => {
  const sqs = await startSqs({ queues: [{ name: 'a', attributes: {} }] });
  onTestFinished(sqs.stop);
  const ask = async (action: string, body: string, type = 'application/x-amz-json-1.0') => {
    const headers = { 'content-type': type, 'x-amz-target': `AmazonSQS.${action}` };
    const answer = await fetch(sqs.endpoint, { method: 'POST', headers, body });
    return [answer.status, ((await answer.json()) as { __type: string }).__type.replace(/^.*#/, '')];
  };
  expect(await ask('SendMessage', '{')).toEqual([400, 'SerializationException']);
  expect(await ask('SendMessage', ' '.repeat(11 * 1024 * 1024 + 1))).toEqual([413, 'RequestEntityTooLargeException']);
  expect(await ask('Nothing', '{}')).toEqual([400, 'InvalidAction']);
  expect(await ask('SendMessage', '{', 'Application/X-AMZ-JSON-1.1')).toEqual([400, 'SerializationException']);
  for (const body of ['{"QueueUrl":5}', '{"Entries":[null]}', `{"QueueUrl":"${sqs.endpoint}/a","Entries":[null]}`])
    expect((await ask('SendMessageBatch', body))[0], body).toBeGreaterThanOrEqual(400);
});

test('a declaration that AWS refuses ends the start, with nothing left listening', async () => {
  const port = await freePort();
  const queues = [{ name: 'x', attributes: { VisibilityTimeout: '-1' } }];
  await expect(startSqs({ port, queues })).rejects.toThrow('VisibilityTimeout');
  await expect(
    new Promise((resolve, reject) => connect(port, '127.0.0.1').once('connect', resolve).once('error', reject)),
  ).rejects.toThrow('ECONNREFUSED');
});

async function freePort(): Promise<number> {
  const sqs = await startSqs({ queues: [] });
  await sqs.stop();
  return sqs.port;
}

test('a change is counted when it is made, not when its request begins', async ({ onTestFinished }) => {
  const sqs = await startSqs({ queues: [{ name: 'a', attributes: {} }] });
  onTestFinished(sqs.stop);
  const text = JSON.stringify({ QueueUrl: `${sqs.queueUrlPrefix}a`, MessageBody: 'x' });
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
  const slow = request(sqs.endpoint, { method: 'POST', headers: { ...headers, 'content-length': text.length } });
  const begun = sqs.changes();
  slow.write(text.slice(0, 9));
  // Answered after the beginning of the other has been read.
  await fetch(sqs.endpoint, {
    method: 'POST',
    headers: { ...headers, 'x-amz-target': 'AmazonSQS.ListQueues' },
    body: '{}',
  });
  const before = sqs.changes();
  expect(before).toBe(begun);
  const answered = once(slow, 'response');
  slow.end(text.slice(9));
  await answered;
  expect(sqs.changes()).toBeGreaterThan(before);
});
