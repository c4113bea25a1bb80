import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectSqs, sqsPublisher } from '../../../../lib/adapters/sqs/sqs.ts';
import type { PublicationOutcome } from '../../../../lib/ports/publisher.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { answerWith, startStub } from '../../../support/sqs-stub.ts';

const BUDGET_MS = 20_000;
const MINUTE_MS = 60_000;
const cleanups: (() => Promise<void> | void)[] = [];
let proxy: FaultProxy;
let send: () => Promise<PublicationOutcome | undefined>;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const stub = await startStub([answerWith()]);
  proxy = await startFaultProxy(stub.endpoint);
  const client = connectSqs({ endpoint: proxy.url, timeoutMs: BUDGET_MS });
  const publisher = sqsPublisher(client);
  const queueUrl = `${stub.endpoint}/000000000000/orders`;
  send = async () => (await publisher.publish([{ queueUrl, body: '{}' }], Date.now() + 10 * BUDGET_MS))[0];
  cleanups.push(() => client.destroy(), proxy.stop, stub.stop);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

test('a connection is used again and again', async () => {
  for (let time = 0; time < 3; time++) expect(await send()).toBe('sent');
  expect(proxy.accepted).toBe(1);
});

test('a connection that rested for long, and that a gateway may have forgotten, is not used again', async () => {
  expect(await send()).toBe('sent');
  proxy.forget();
  vi.setSystemTime(Date.now() + MINUTE_MS + 1000);
  expect(await send()).toBe('sent');
  expect(proxy.accepted).toBe(2);
});
