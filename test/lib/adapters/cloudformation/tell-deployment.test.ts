import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tellDeploymentOn } from '../../../../lib/adapters/cloudformation/tell-deployment.ts';
import type { DeploymentAnswer } from '../../../../lib/ports/deployment-answers.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const answer: DeploymentAnswer = {
  Status: 'SUCCESS',
  Reason: 'the database is set up',
  PhysicalResourceId: 'database-setup',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'DatabaseSetup',
};

/** Tells it on a clock of its own. @returns how long it paused in all */
async function tell(url: string): Promise<number> {
  const clock = fakeClock(0);
  await tellDeploymentOn(clock)(url, answer);
  return clock.now();
}

/** In the place of S3: answers each request with the next of these, the last one for ever. */
async function bucket(...statuses: number[]) {
  const puts: { method?: string; url?: string; type?: string; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    const body: unknown = JSON.parse(Buffer.concat(parts).toString());
    puts.push({
      ...(method && { method }),
      ...(url && { url }),
      ...(headers['content-type'] && { type: headers['content-type'] }),
      body,
    });
    response.writeHead(statuses[Math.min(puts.length, statuses.length) - 1] ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stack?X-Amz-Signature=5ecre7`, puts };
}

/** Where something listened, and nothing does any more. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/stack?X-Amz-Signature=5ecre7`;
}

test('an answer is put as JSON where CloudFormation looks for it, without a content type, which the signature does not have', async () => {
  const { url, puts } = await bucket(200);
  await tell(url);
  expect(puts).toEqual([{ method: 'PUT', url: '/stack?X-Amz-Signature=5ecre7', body: answer }]);
});

test('it is put again where it was not taken, twice at most, after longer and longer', async () => {
  const second = await bucket(503, 200);
  expect(await tell(second.url)).toBe(500);
  expect(second.puts).toHaveLength(2);
  const third = await bucket(503, 500, 200);
  expect(await tell(third.url)).toBe(1500);
  expect(third.puts).toHaveLength(3);
  const never = await bucket(503);
  await expect(tell(never.url)).rejects.toThrow('status 503');
  expect(never.puts).toHaveLength(3);
});

test.each([
  ['is refused', async () => (await bucket(403)).url, 'status 403'],
  ['leads nowhere', nowhere, 'ECONNREFUSED'],
  ['is none', async () => 'no address 5ecre7', 'ERR_INVALID_URL'],
])('where the address %s that is said, and never the address', async (_, address, reason) => {
  const fault: unknown = await tell(await address()).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'cloudformation-unavailable', retryable: true });
  expect(String(fault)).toContain(reason);
  const all =
    fault instanceof Error ? `${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${String(fault.cause)}` : '';
  expect(all).not.toContain('5ecre7');
});
