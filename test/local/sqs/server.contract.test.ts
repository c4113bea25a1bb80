import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startSqs } from '../../../local/sqs/server.ts';

test('it listens on the loopback interface alone', async ({ onTestFinished }) => {
  const sqs = await startSqs({ queues: [] });
  onTestFinished(sqs.stop);
  expect(sqs.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
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
