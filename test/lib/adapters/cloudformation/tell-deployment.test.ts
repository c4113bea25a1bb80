import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tellDeployment } from '../../../../lib/adapters/cloudformation/tell-deployment.ts';
import type { DeploymentAnswer } from '../../../../lib/ports/deployment-answers.ts';

const answer: DeploymentAnswer = {
  Status: 'SUCCESS',
  Reason: 'the database is set up',
  PhysicalResourceId: 'database-setup',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'DatabaseSetup',
};

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
  await tellDeployment(url, answer);
  expect(puts).toEqual([{ method: 'PUT', url: '/stack?X-Amz-Signature=5ecre7', body: answer }]);
});

test('it is put again where it was not taken', async () => {
  const { url, puts } = await bucket(503, 200);
  await tellDeployment(url, answer);
  expect(puts).toHaveLength(2);
});

test.each([
  ['is refused', async () => (await bucket(403)).url, 'status 403'],
  ['leads nowhere', nowhere, 'ECONNREFUSED'],
  ['is none', async () => 'no address 5ecre7', 'ERR_INVALID_URL'],
])('where the address %s that is said, and never the address', async (_, address, reason) => {
  const fault: unknown = await tellDeployment(await address(), answer).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'cloudformation-unavailable', retryable: true });
  expect(String(fault)).toContain(reason);
  const all =
    fault instanceof Error ? `${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${String(fault.cause)}` : '';
  expect(all).not.toContain('5ecre7');
});
