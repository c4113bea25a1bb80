import { request } from 'node:http';
import { connect } from 'node:net';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { localCredentials, startSqs } from '../../../../local/engines/sqs/server.ts';

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
