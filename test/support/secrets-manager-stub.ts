import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one GetSecretValue is answered with; `silence` is no answer. */
export type SecretsAnswer = 'values' | 'silence' | { status: number; code: string };

/**
 * An HTTP server in the place of Secrets Manager: it answers each request by the next of `answers`, the last one for ever.
 * @param values by the names of secrets; may change
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function startSecretsManagerStub(
  values: ReadonlyMap<string, string>,
  answers: readonly SecretsAnswer[] = ['values'],
) {
  const requests: { SecretId: string }[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const asked: { SecretId: string } = JSON.parse(Buffer.concat(parts).toString());
    requests.push(asked);
    headers.push(request.headers);
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? 'values';
    if (answer === 'silence') return;
    const [status, body] =
      answer === 'values' ? found(asked.SecretId, values) : [answer.status, { __type: answer.code }];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function found(id: string, values: ReadonlyMap<string, string>): [number, object] {
  const SecretString = values.get(id);
  if (SecretString === undefined) return [400, { __type: 'ResourceNotFoundException', Message: 'there is none' }];
  return [200, { ARN: `arn:aws:secretsmanager:eu-central-1:1:secret:${id}`, Name: id, SecretString }];
}
