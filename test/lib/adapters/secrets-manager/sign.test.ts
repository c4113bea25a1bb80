import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { authorizationOf, signingTime } from '../../../../lib/adapters/secrets-manager/sign.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
afterEach(() => void vi.unstubAllEnvs());

/** What AWS's own driver sends, by its own signature. */
async function ofTheDriver(sessionToken?: string): Promise<{ headers: IncomingMessage['headers']; body: string }> {
  const sent = new Promise<{ headers: IncomingMessage['headers']; body: string }>((resolve) => {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      response.end('{}');
      resolve({ headers: request.headers, body: Buffer.concat(parts).toString() });
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1', async () => {
      const client = new SSMClient({
        region: 'eu-central-1',
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        credentials: { ...credentials, ...(sessionToken !== undefined && { sessionToken }) },
      });
      await client.send(new GetParametersCommand({ Names: ['/a b/ä'] }));
      client.destroy();
    });
  });
  return sent;
}

describe('a signature', () => {
  test.each([undefined, 'a token'])('is that of AWS’s own driver (session %s)', async (sessionToken) => {
    const { headers, body } = await ofTheDriver(sessionToken);
    const { authorization = '' } = headers;
    const [, names = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
    expect(names.split(';')).toContain('host');
    const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]));
    const at = String(headers['x-amz-date']);
    const own = authorizationOf({ ...credentials, headers: signed, body, region: 'eu-central-1', service: 'ssm', at });
    expect(own).toBe(authorization);
    const other = authorizationOf({
      ...credentials,
      headers: signed,
      body: `${body} `,
      region: 'eu-central-1',
      service: 'ssm',
      at,
    });
    expect(other).not.toBe(authorization);
  });

  test('has its time in the form of AWS', () => {
    expect(signingTime(Date.parse('2026-01-02T03:04:05.678Z'))).toBe('20260102T030405Z');
  });
});
